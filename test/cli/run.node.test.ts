import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { end, guestPath, hostling, type Outcome, readUntil, start, type Surroundings, temporaryDirectory } from './hostling.ts';

let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
let data: string;
const cache = (): string[] => ['--cache-dir', join(scratch.path, 'cache')];
const run = (args: readonly string[], surroundings?: Surroundings): Promise<Outcome> => hostling(['run', ...cache(), ...args], surroundings);

beforeAll(async () => {
  scratch = await temporaryDirectory();
  data = join(scratch.path, 'data');
  await mkdir(data);
  await writeFile(join(scratch.path, 'secret'), 'secret');
  await writeFile(join(data, 'greeting'), 'hello');
  await symlink('../secret', join(data, 'way-out'));
});
afterAll(() => scratch[Symbol.asyncDispose]());

describe.each(['cat-p2', 'cat-p3'])('hostling run %s', (name) => {
  const guest = guestPath(name);

  test('copies 1 MiB of any bytes from input to output', async () => {
    const input = randomBytes(2 ** 20);
    const { code, bytes, err } = await run([guest], { input });
    expect(bytes.equals(input)).toBe(true);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  test('hands over arguments and environment, and what follows the component is not ours', async () => {
    const { out } = await run(['--env', 'A=1=2', '--env', 'FROM_HERE', guest, '--env', '--dir', 'x', '--'], { env: { FROM_HERE: 'here', NOT_THIS: 'x' } });
    expect(out).toBe(`arg ${name}.wasm\narg --env\narg --dir\narg x\narg --\nenv A=1=2\nenv FROM_HERE=here\n`);
  });

  test("ends with the guest's exit code", async () => {
    expect(await run([guest, '--exit', '7'])).toMatchObject({ code: 7, err: '' });
    expect(await run([guest, '--fail'])).toMatchObject({ code: 1, err: 'cat: failed as asked\n' });
  });

  test('says nothing of its own when the reader of its output leaves', async () => {
    const child = start(['run', ...cache(), guest]);
    child.stdin.end(randomBytes(2 ** 20));
    const err = readAllOf(child.stderr);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect([0, 1]).toContain(code);
    expect(await err).not.toContain('hostling');
  });

  test('is ended by a signal while it waits for input', async () => {
    const child = start(['run', ...cache(), guest]);
    const ended = end(child);
    child.stdin.write('x');
    await readUntil(child.stdout, 'x');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ signal: 'SIGTERM', err: '' });
  });

  test('ends although its input stays open', async () => {
    const child = start(['run', ...cache(), guest, '--env']);
    expect(await end(child)).toMatchObject({ code: 0 });
    child.stdin.destroy();
  });
});

test('a closed output is closed to the guest, not failed', async () => {
  const child = start(['run', ...cache(), guestPath('cat-p2')]);
  child.stdin.end(randomBytes(2 ** 20));
  const err = readAllOf(child.stderr);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(await err).toBe('');
});

test('the first run prepares and keeps, --no-cache keeps nothing', async () => {
  const guest = guestPath('wat-exit');
  const home = join(scratch.path, 'home');
  expect(await hostling(['run', '--no-cache', guest], { env: { XDG_CACHE_HOME: home } })).toMatchObject({ code: 1, err: '' });
  await expect(readFile(home)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await hostling(['--cache-dir', home, 'run', guest])).toMatchObject({ code: 1, err: '' });
  await expect(readFile(home)).rejects.toMatchObject({ code: 'EISDIR' });
});

test.each([
  ['a file', () => join(scratch.path, 'secret')],
  ['a folder in a file', () => join(scratch.path, 'secret', 'x')],
  ['a folder where nobody makes any', () => join(process.platform === 'linux' ? '/proc' : join(scratch.path, 'secret'), 'x', 'y')],
])('a cache that cannot be written, %s, is one warning and nothing else', async (_what, folder) => {
  const { code, out, err } = await hostling(['run', '--cache-dir', folder(), guestPath('p1-hello')]);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/./) });
  expect(err).toMatch(/^warn the prepared component was not kept: [^\n]*; [^\n]*\n$/);
});

describe('directories', () => {
  const cat = guestPath('cat-p2');

  test('are read and written', async () => {
    expect(await run(['--dir', `${data}::/data`, cat, '--cat', '/data/greeting'])).toMatchObject({ code: 0, out: 'hello' });
    expect(await run(['--dir', `${data}::/data`, cat, '--write', '/data/new', 'text'])).toMatchObject({ code: 0, err: '' });
    expect(await readFile(join(data, 'new'), 'utf8')).toBe('text');
  });

  test('have the path they are given without one for the guest', async () => {
    expect(await run(['--dir', data, cat, '--cat', `${data}/greeting`])).toMatchObject({ code: 0, out: 'hello' });
  });

  test('given with ::ro are not written', async () => {
    const readOnly = ['--dir', `${data}::/data::ro`, cat];
    expect(await run([...readOnly, '--cat', '/data/greeting'])).toMatchObject({ code: 0, out: 'hello' });
    expect(await run([...readOnly, '--write', '/data/refused', 'text'])).toMatchObject({ code: 1, err: 'cat: read-only\n' });
    await expect(readFile(join(data, 'refused'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test.each(['/data/../secret', '/data/way-out', '/data/../../etc/passwd'])('are not left by %s', async (path) => {
    expect(await run(['--dir', `${data}::/data`, cat, '--cat', path])).toMatchObject({ code: 1, out: '', err: 'cat: not-permitted\n' });
  });

  test('that nobody granted are not there', async () => {
    expect(await run([cat, '--cat', '/etc/passwd'])).toMatchObject({ code: 1, out: '' });
  });
});

describe('modules for WASI Preview 1', () => {
  test('print', async () => {
    expect(await run([guestPath('p1-hello'), 'a', 'b'])).toMatchObject({ code: 0, out: 'hello from preview 1, 3 arguments\n', err: '' });
  });
  test('copy', async () => {
    const input = randomBytes(100_000);
    expect((await run([guestPath('p1-cat')], { input })).bytes.equals(input)).toBe(true);
  });
  test('end with a failure', async () => {
    expect((await run([guestPath('p1-exit')])).code).toBeGreaterThan(0);
  });
});

test('a trap is one line and exit code 134', async () => {
  const { code, err } = await run([guestPath('wat-trap-run')]);
  expect(code).toBe(134);
  expect(err).toMatch(/^hostling: the guest trapped: .*unreachable.*\n$/);
});

test('--verbose shows the stack and the cause', async () => {
  const { err } = await run(['--verbose', guestPath('wat-trap-run')]);
  expect(err).toMatch(/^hostling: the guest trapped/);
  expect(err).toContain('    at ');
  expect(err).toContain('[cause]');
});

async function readAllOf(stream: NodeJS.ReadableStream): Promise<string> {
  let all = '';
  for await (const chunk of stream) all += String(chunk);
  return all;
}
