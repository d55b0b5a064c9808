import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guestsDir } from '../../scripts/guests/guest.ts';
import { type Consumer, createConsumer } from '../../scripts/lib/pack.ts';
import { inRoot } from '../../scripts/lib/root.ts';
import { runOrThrow } from '../../scripts/lib/run.ts';
import { wranglerDev } from './wrangler.ts';

/** A build and a start of wrangler, on a busy machine. */
const timeout = 120_000;

describe('a Worker of somebody who follows the README', { timeout }, () => {
  let project: Consumer;
  let snippets: string[];
  beforeAll(async () => {
    project = await createConsumer();
    const readme = await readFile(inRoot('README.md'), 'utf8');
    const [, section = ''] = readme.split('## In a Cloudflare Worker');
    snippets = [...section.split('\n## ')[0]!.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  }, timeout);
  afterAll(() => project[Symbol.asyncDispose]());

  const configure = (settings: object): Promise<void> =>
    writeFile(join(project.folder, 'wrangler.json'), JSON.stringify({ name: 'hello', main: 'worker.js', compatibility_date: '2026-08-01', ...settings }));

  const build = async (guest: string): Promise<void> => {
    await copyFile(join(guestsDir, `${guest}.wasm`), join(project.folder, 'hello.wasm'));
    await runOrThrow(process.execPath, ['node_modules/hostling/bin/hostling.mjs', 'build', 'hello.wasm', '--out', 'hello'], {
      cwd: project.folder,
      env: { ...process.env, XDG_CACHE_HOME: join(project.folder, 'cache') },
    });
  };

  test.each(['hello-p2', 'hello-p3'])('answers with %s, prepared by `hostling build`, and streams both ways', async (guest) => {
    await build(guest);
    await writeFile(join(project.folder, 'worker.js'), snippets[0] ?? '');
    await configure({});
    await using worker = await wranglerDev(project.folder);
    // All at once, while the first of them starts the component.
    const hellos = await Promise.all(Array.from({ length: 8 }, async () => (await fetch(worker.url)).text()));
    expect(hellos).toEqual(Array.from({ length: 8 }, () => 'Hello, world!\n'));
    expect(await (await fetch(`${worker.url}stream`)).text()).toBe('line 1\nline 2\nline 3\nline 4\nline 5\n');
    expect((await fetch(`${worker.url}trap`)).status).toBe(500);
    await backAndForth(`${worker.url}echo`);
    expect(worker.output()).not.toMatch(/different request|will never/i);
  });

  test('starts the component again when its first start failed', async () => {
    await build('hello-p3');
    await rename(join(project.folder, 'hello/index.js'), join(project.folder, 'hello/built.js'));
    const failsOnce = [
      "import built from './built.js';",
      'let starts = 0;',
      "const modules = () => { if (starts++ === 0) throw new Error('not this time'); return built.modules; };",
      "export default Object.defineProperty({ ...built }, 'modules', { get: modules });",
    ];
    await writeFile(join(project.folder, 'hello/index.js'), failsOnce.join('\n'));
    await writeFile(join(project.folder, 'worker.js'), snippets[0] ?? '');
    await configure({});
    await using worker = await wranglerDev(project.folder);
    expect((await fetch(worker.url)).status).toBe(500);
    expect(await (await fetch(worker.url)).text()).toBe('Hello, world!\n');
  });

  test('loads a component that comes at run time into a dynamic Worker', async () => {
    const lines = (snippets[1] ?? '').split('\n');
    const imports = lines.filter((line) => line.startsWith('import '));
    const body = lines.filter((line) => !line.startsWith('import '));
    // The lines of the README, with something around them that has an `env` and a request.
    const code = [
      "import bytesOrAddress from './hello.bin';",
      ...imports,
      'export default { async fetch(request, env) {',
      ...body,
      'return host.fetch(request); } };',
    ];
    await copyFile(join(guestsDir, 'hello-p3.wasm'), join(project.folder, 'hello.bin'));
    await writeFile(join(project.folder, 'worker.js'), code.join('\n'));
    await configure({ worker_loaders: [{ binding: 'LOADER' }] });
    await using worker = await wranglerDev(project.folder);
    expect(await (await fetch(worker.url)).text()).toBe('Hello, world!\n');
    await backAndForth(`${worker.url}echo`);
  });
});

/** Sends a body of which each piece is written only after the one before has come back. */
async function backAndForth(url: string): Promise<void> {
  let send: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({ start: (controller) => void (send = controller) });
  send?.enqueue(new TextEncoder().encode('first '));
  const response = await fetch(url, { method: 'POST', body, duplex: 'half' } as RequestInit);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (const next of ['second ', 'third ', undefined]) {
    const { value } = await reader.read();
    text += value ?? '';
    if (next === undefined) send?.close();
    else send?.enqueue(new TextEncoder().encode(next));
  }
  for (;;) {
    const { value } = await reader.read();
    if (value === undefined) break;
    text += value;
  }
  expect(text).toBe('first second third ');
}
