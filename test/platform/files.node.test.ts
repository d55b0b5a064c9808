import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuestStream } from '../../src/core/engine/streams.ts';
import { HostlingError } from '../../src/core/errors.ts';
import type { Directory, FileStat } from '../../src/core/ports/files.ts';
import type { Descriptor as DescriptorP2 } from '../../src/core/wasi/p2/filesystem.ts';
import { createFilesystemP2 } from '../../src/core/wasi/p2/filesystem.ts';
import type { Descriptor } from '../../src/core/wasi/p3/filesystem.ts';
import { createFilesystem } from '../../src/core/wasi/p3/filesystem.ts';
import type { InterfaceTable } from '../../src/core/wasi/interface.ts';
import { InstanceScope } from '../../src/core/wasi/scope.ts';
import { createMemoryDirectory } from '../../src/platform/memory/files.ts';
import { openDirectory } from '../../src/platform/node/files.ts';
import { toUnixTimes } from '../../src/platform/node/files-stat.ts';
import { filesSuite } from '../conformance/files.suite.ts';

const linux = process.platform === 'linux';
const temporary = (): string => fs.mkdtempSync(path.join(os.tmpdir(), 'hostling-files-'));
const openFds = (): number => fs.readdirSync('/proc/self/fd').length;

/** What a guest that has one preopened directory is given for it. */
function firstPreopen<D>(table: InterfaceTable, scope: InstanceScope): [D, string] {
  const preopens = table['wasi:filesystem/preopens']?.(scope) as { getDirectories(): [D, string][] } | undefined;
  const first = preopens?.getDirectories()[0];
  if (first === undefined) throw new Error('there is no preopened directory');
  return first;
}

for (const portable of [false, true]) {
  const make = async () => {
    const root = temporary();
    return { directory: openDirectory(root, { portable }), cleanup: async () => fs.rmSync(root, { recursive: true, force: true }) };
  };
  filesSuite(portable ? 'node, by paths' : 'node', make, { followsRenames: linux && !portable });
}

describe.each([
  ['node', false],
  ['node, by paths', true],
])('files: %s, what only real directories have', (_name, portable) => {
  let root: string;
  let directory: Directory;
  beforeEach(() => {
    root = temporary();
    directory = openDirectory(root, { portable });
  });
  afterEach(() => {
    directory.close();
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('does not follow absolute links that the host made', async () => {
    fs.symlinkSync('/etc', path.join(root, 'etc'));
    fs.symlinkSync(root, path.join(root, 'self'));
    fs.symlinkSync('/etc/passwd', path.join(root, 'passwd'));
    const handle = directory.open();
    expect(() => handle.openAt('etc/passwd', {})).toThrow('not-permitted');
    expect(() => handle.openAt('passwd', { follow: true })).toThrow('not-permitted');
    expect(() => handle.openAt('self/x', { create: true })).toThrow('not-permitted');
    expect(() => handle.readlinkAt('passwd')).toThrow('not-permitted');
    expect((await handle.statAt('passwd', false)).kind).toBe('symbolic-link');
    handle.close();
  });

  it.skipIf(!linux)('opens neither pipes nor devices nor sockets, and does not hang on them', async () => {
    execFileSync('mkfifo', [path.join(root, 'pipe')]);
    const handle = directory.open();
    expect(() => handle.openAt('pipe', { read: true })).toThrow('unsupported');
    expect(() => handle.openAt('pipe', { write: true })).toThrow('unsupported');
    expect((await handle.statAt('pipe', true)).kind).toBe('fifo');
    expect(await handle.list().read(1)).toEqual({ name: 'pipe', kind: 'fifo' });
    handle.close();
    const devices = openDirectory('/dev', { portable, readOnly: true });
    const dev = devices.open();
    expect(() => dev.openAt('zero', { read: true })).toThrow('unsupported');
    dev.close();
    devices.close();
  });

  it('keeps and sets times on a libuv that has no words for it', () => {
    fs.writeFileSync(path.join(root, 'f'), '');
    const handle = directory.open();
    const stat = handle.statAt('f', false) as FileStat;
    handle.close();
    const times = toUnixTimes('keep', 'now', () => ({ ...stat, accessedNs: 42_500_000_000n }), false);
    expect(times[0]).toBe('42.5');
    expect(Math.abs(Number(times[1]) - Date.now() / 1000)).toBeLessThan(60);
    expect(() => toUnixTimes(2n ** 90n, 0n, () => stat)).toThrow('overflow');
  });

  it.skipIf(!linux)('reports a name that is no text', async () => {
    fs.writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]), '');
    const handle = directory.open();
    await expect(handle.list().read(1)).rejects.toMatchObject({ code: 'illegal-byte-sequence' });
    handle.close();
  });

  it('moves files between two directories that were granted', async () => {
    const other = openDirectory(temporary(), { portable });
    const [from, to] = [directory.open(), other.open()];
    fs.writeFileSync(path.join(root, 'f'), 'text');
    await from.renameAt('f', to, 'g');
    expect((await to.statAt('g', false)).size).toBe(4n);
    for (const held of [from, to, other]) held.close();
  });

  it('says in one sentence why a directory cannot be granted', () => {
    fs.writeFileSync(path.join(root, 'file'), '');
    const failure = (name: string): HostlingError => {
      try {
        openDirectory(path.join(root, name), { portable });
      } catch (thrown) {
        if (thrown instanceof HostlingError) return thrown;
      }
      throw new Error('it was granted');
    };
    expect(failure('missing')).toMatchObject({
      code: 'directory-unreadable',
      message: expect.stringMatching(/missing cannot be opened: it does not exist$/),
    });
    expect(failure('file')).toMatchObject({ code: 'directory-unreadable', message: expect.stringMatching(/it is not a directory$/) });
  });

  it('grants read-only from the start', () => {
    const reader = openDirectory(root, { portable, readOnly: true });
    const handle = reader.open();
    expect(() => handle.createDirectoryAt('d')).toThrow('read-only');
    handle.close();
    reader.close();
  });
});

describe.skipIf(!linux)('files: node, others at work in the same tree', () => {
  it('never leaves the tree while another process swaps a directory for a link', async () => {
    const base = temporary();
    fs.mkdirSync(path.join(base, 'root/d'), { recursive: true });
    fs.mkdirSync(path.join(base, 'outside'));
    fs.writeFileSync(path.join(base, 'root/d/f'), 'inside');
    fs.writeFileSync(path.join(base, 'outside/f'), 'OUTSIDE');
    const script = `cd "$1"; ln -s ../outside l; while :; do mv d x; mv l d; mv d l; mv x d; done`;
    const swapper = spawn('sh', ['-c', script, 'sh', path.join(base, 'root')], { stdio: 'ignore' });
    const directory = openDirectory(path.join(base, 'root'));
    const handle = directory.open();
    const seen = new Map<string, number>();
    const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
    const until = Date.now() + 700;
    for (let round = 0; Date.now() < until; round++) {
      try {
        const file = await handle.openAt('d/f', { read: true });
        count(new TextDecoder().decode(await file.read(10, 0n)));
        file.close();
        await handle.openAt(`d/made${round}`, { create: true });
      } catch (failure) {
        count((failure as Error).message);
      }
    }
    swapper.kill();
    expect(seen.has('OUTSIDE')).toBe(false);
    expect(seen.get('inside')).toBeGreaterThan(0);
    expect(fs.readdirSync(path.join(base, 'outside'))).toEqual(['f']);
    handle.close();
    directory.close();
    fs.rmSync(base, { recursive: true, force: true });
  });
});

describe.skipIf(!linux)('files: what an instance leaves behind', () => {
  let root: string;
  let directory: Directory;
  let before: number;
  beforeEach(() => {
    root = temporary();
    fs.writeFileSync(path.join(root, 'f'), 'x'.repeat(200_000));
    before = openFds();
    directory = openDirectory(root);
  });
  afterEach(() => {
    directory.close();
    fs.rmSync(root, { recursive: true, force: true });
  });
  const drained = async (): Promise<void> => {
    for (let left = 100; openFds() > before && left > 0; left--) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(openFds()).toBe(before);
  };
  const p3 = (scope: InstanceScope, maxOpenFiles?: number): Descriptor =>
    firstPreopen<Descriptor>(createFilesystem({ preopens: { '/': directory }, maxOpenFiles }), scope)[0];
  const p2 = (scope: InstanceScope): DescriptorP2 => firstPreopen<DescriptorP2>(createFilesystemP2({ preopens: { '/': directory } }), scope)[0];

  it('closes what was never dropped when the scope of the instance closes (0.3)', async () => {
    const scope = new InstanceScope();
    const dir = p3(scope);
    const file = await dir.openAt({}, 'f', {}, { read: true, write: true });
    const [stream] = file.readViaStream(0n) as [AsyncIterator<Uint8Array>, unknown];
    expect((await stream.next()).value).toHaveLength(65_536);
    const reading = stream.next();
    const [entries] = dir.readDirectory() as [AsyncIterator<{ name: string }>, unknown];
    expect((await entries.next()).value).toEqual({ name: 'f', type: { tag: 'regular-file' } });
    dir.readDirectory();
    file[Symbol.dispose]();
    expect(openFds()).toBeGreaterThan(before);
    scope.close('the end');
    await reading;
    directory.close();
    await drained();
  });

  it('closes a file when its descriptor and its streams are dropped, in any order (0.3)', async () => {
    const scope = new InstanceScope();
    const dir = p3(scope);
    const file = await dir.openAt({}, 'f', {}, { read: true });
    const [stream, outcome] = file.readViaStream(199_990n) as [AsyncIterableIterator<Uint8Array>, Promise<unknown>];
    file[Symbol.dispose]();
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk.length);
    expect(chunks).toEqual([10]);
    expect(await outcome).toEqual({ tag: 'ok', val: undefined });
    dir[Symbol.dispose]();
    directory.close();
    await drained();
    expect(scope.closed).toBe(false);
  });

  it('writes a stream and tells in its future how it went (0.3)', async () => {
    const dir = p3(new InstanceScope());
    const guestStream = (...chunks: string[]): GuestStream => ({
      read: async () => {
        const chunk = chunks.shift();
        return chunk === undefined ? { done: true } : { value: new TextEncoder().encode(chunk) };
      },
    });
    const file = await dir.openAt({}, 'g', { create: true }, { read: true, write: true });
    expect(await file.writeViaStream(guestStream('he', 'llo'), 1n)).toEqual({ tag: 'ok', val: undefined });
    expect(await file.appendViaStream(guestStream('!'))).toEqual({ tag: 'ok', val: undefined });
    expect(fs.readFileSync(path.join(root, 'g'), 'latin1')).toBe('\0hello!');
    const reader = await dir.openAt({}, 'g', {}, { read: true });
    expect(await reader.writeViaStream(guestStream(), 0n)).toEqual({ tag: 'err', val: { tag: 'bad-descriptor' } });
    const [stream, outcome] = dir.readViaStream(0n) as [AsyncIterator<Uint8Array>, Promise<unknown>];
    expect((await stream.next()).done).toBe(true);
    expect(await outcome).toEqual({ tag: 'err', val: { tag: 'is-directory' } });
    for (const held of [dir, file, reader]) held[Symbol.dispose]();
    directory.close();
    await drained();
  });

  it('limits how many files one instance has open (0.3)', async () => {
    const scope = new InstanceScope();
    const dir = p3(scope, 3);
    const open = async (): Promise<Descriptor> => dir.openAt({}, 'f', {}, { read: true });
    const first = await open();
    await open();
    await expect(open()).rejects.toMatchObject({ payload: { tag: 'insufficient-memory' } });
    first[Symbol.dispose]();
    await open();
    scope.close('the end');
    directory.close();
    await drained();
  });

  it('closes files behind streams that were dropped after their descriptor (0.2)', async () => {
    const scope = new InstanceScope();
    const dir = p2(scope);
    const file = await dir.openAt({}, 'g', { create: true }, { read: true, write: true });
    const output = await file.writeViaStream(0n);
    const input = await file.readViaStream(0n);
    file[Symbol.dispose]();
    await output.blockingWriteAndFlush(new TextEncoder().encode('hello'));
    expect(new TextDecoder().decode(await input.blockingRead(100n))).toBe('hello');
    output.write(new TextEncoder().encode(' world'));
    output[Symbol.dispose]();
    input[Symbol.dispose]();
    dir[Symbol.dispose]();
    directory.close();
    await drained();
    expect(fs.readFileSync(path.join(root, 'g'), 'utf8')).toBe('hello world');
  });

  it('closes what was never dropped (0.2)', async () => {
    const scope = new InstanceScope();
    const dir = p2(scope);
    const file = await dir.openAt({}, 'f', {}, { read: true, write: true });
    await file.readViaStream(0n);
    await file.appendViaStream();
    const entries = await dir.readDirectory();
    expect(await entries.readDirectoryEntry()).toEqual({ name: 'f', type: 'regular-file' });
    expect(await entries.readDirectoryEntry()).toBeUndefined();
    await dir.readDirectory();
    scope.close('the end');
    directory.close();
    await drained();
  });
});

describe('files: 0.2 over memory', () => {
  it('reads, writes and names its failures', async () => {
    const table = createFilesystemP2({ preopens: { '/data': createMemoryDirectory({ files: { f: 'text' }, maxBytes: 10 }) } });
    const scope = new InstanceScope();
    const types = table['wasi:filesystem/types']?.(scope) as { filesystemErrorCode(error: unknown): string | undefined };
    const [dir, guestPath] = firstPreopen<DescriptorP2>(table, scope);
    expect(guestPath).toBe('/data');
    const file = await dir.openAt({ symlinkFollow: true }, 'f', {}, { read: true, write: true });
    expect(await file.read(2n ** 40n, 1n)).toEqual([new TextEncoder().encode('ext'), false]);
    expect(await file.read(5n, 4n)).toEqual([new Uint8Array(0), true]);
    expect(await file.write(new TextEncoder().encode('best'), 0n)).toBe(4n);
    expect(await file.stat()).toMatchObject({ type: 'regular-file', size: 4n, linkCount: 1n });
    expect(() => dir.openAt({}, 'missing', {}, { read: true })).toThrow(expect.objectContaining({ payload: 'no-entry' }));
    expect(() => dir.readViaStream(0n)).toThrow(expect.objectContaining({ payload: 'is-directory' }));
    const output = await file.appendViaStream();
    try {
      await output.blockingWriteAndFlush(new Uint8Array(20));
      expect.unreachable();
    } catch (failure) {
      const { payload } = failure as { payload: { tag: string; val: unknown } };
      expect(payload.tag).toBe('last-operation-failed');
      expect(types.filesystemErrorCode(payload.val)).toBe('insufficient-space');
    }
    const other = await dir.openAt({}, 'f', {}, { read: true });
    expect(await file.isSameObject(other)).toBe(true);
    expect(await file.isSameObject(dir)).toBe(false);
    const hash = await file.metadataHash();
    expect(await dir.metadataHashAt({}, 'f')).toEqual(hash);
    await file.write(new TextEncoder().encode('rest'), 0n);
    expect(await file.metadataHash()).not.toEqual(hash);
    scope.close('the end');
    expect(() => file.stat()).toThrow(expect.objectContaining({ payload: 'bad-descriptor' }));
  });
});
