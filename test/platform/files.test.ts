import { describe, expect, it } from 'vitest';
import { HostlingError } from '../../src/core/errors.ts';
import { createMemoryDirectory } from '../../src/platform/memory/files.ts';
import { filesSuite } from '../conformance/files.suite.ts';

const maxBytes = 16_384 * 20;

filesSuite('memory', async () => ({ directory: createMemoryDirectory({ maxBytes }), cleanup: async () => {} }), {
  followsRenames: true,
  maxBytes,
});

describe('files: memory, what only it has', () => {
  it('begins with the files it is given and shows the host what became of them', async () => {
    const directory = createMemoryDirectory({ files: { 'a/b.txt': 'text', '/c': Uint8Array.of(1, 2) } });
    const root = directory.open();
    await root.symlinkAt('a/b.txt', 'l');
    const file = await root.openAt('a/b.txt', { write: true });
    await file.append(new TextEncoder().encode('!'));
    expect(new TextDecoder().decode(directory.read('/l'))).toBe('text!');
    expect(directory.read('c')).toEqual(Uint8Array.of(1, 2));
    expect(directory.read('a')).toBeUndefined();
    expect(directory.read('../c')).toBeUndefined();
    expect(directory.usedBytes).toBe(5 + 2 + 7);
  });
  it('refuses options that make no sense', () => {
    expect(() => createMemoryDirectory({ files: { a: 'long' }, maxBytes: 2 })).toThrow(HostlingError);
    expect(() => createMemoryDirectory({ files: { '../a': '' } })).toThrow(/cannot be put/);
    expect(() => createMemoryDirectory({ maxBytes: -1 })).toThrow(HostlingError);
  });
  it('limits the number of entries and gives them back', async () => {
    const root = createMemoryDirectory({ maxEntries: 2 }).open();
    await root.createDirectoryAt('a');
    await root.symlinkAt('a', 'b');
    expect(() => root.createDirectoryAt('c')).toThrow('insufficient-space');
    await root.unlinkAt('b');
    await root.createDirectoryAt('c');
  });
  it('can be read-only from the start', () => {
    const root = createMemoryDirectory({ files: { a: '' }, readOnly: true }).open();
    expect(() => root.unlinkAt('a')).toThrow('read-only');
  });
  it('does not take two directories for one', async () => {
    const [a, b] = [createMemoryDirectory({ files: { f: '' } }).open(), createMemoryDirectory().open()];
    expect(() => a.renameAt('f', b, 'f')).toThrow('cross-device');
    expect((await a.stat()).device).not.toBe((await b.stat()).device);
  });
  it('gives each change a time of its own', async () => {
    const root = createMemoryDirectory({ nowNs: () => 5n }).open();
    const file = await root.openAt('f', { create: true });
    const before = (await file.stat()).modifiedNs ?? 0n;
    await file.write(Uint8Array.of(1), 0n);
    expect((await file.stat()).modifiedNs).toBeGreaterThan(before);
  });
});
