import { describe, expect, it } from 'vitest';
import { bytesOf, codeOf, creating, textOf, type FilesHarness, type FilesTraits } from './files.harness.ts';

/** Bytes, how files are opened, and the quota. */
export function dataCases(files: FilesHarness, traits: FilesTraits): void {
  describe('reading and writing', () => {
    it('reads back what was written, in parts and past the end', async () => {
      const file = await files.put('a', 'hello world');
      expect(textOf(await file.read(5, 0n))).toBe('hello');
      expect(textOf(await file.read(100, 6n))).toBe('world');
      expect(await file.read(5, 11n)).toHaveLength(0);
      expect(await file.read(5, 2n ** 60n)).toHaveLength(0);
      expect(await file.read(0, 0n)).toHaveLength(0);
      expect(await codeOf(() => file.read(1, 2n ** 64n - 1n))).toBe('invalid');
    });
    it('keeps what it read when the file changes', async () => {
      const file = await files.put('a', 'before');
      const bytes = await file.read(6, 0n);
      await file.write(bytesOf('after!'), 0n);
      expect(textOf(bytes)).toBe('before');
    });
    it('fills the space before a write past the end with zeros', async () => {
      const file = await files.put('a', 'ab');
      await file.write(bytesOf('z'), 5n);
      expect(Array.from(await file.read(10, 0n))).toEqual([97, 98, 0, 0, 0, 122]);
    });
    it('appends at the end, from several handles', async () => {
      const one = await files.put('a', '1');
      const two = await files.open('a', { write: true });
      await one.append(bytesOf('2'));
      await two.append(bytesOf('3'));
      await one.append(bytesOf('4'));
      expect(await files.content('a')).toBe('1234');
      await one.write(bytesOf('x'), 0n);
      expect(await files.content('a')).toBe('x234');
    });
    it('writes chunks of a stream one after another across many pages', async () => {
      const file = await files.open('big', creating);
      const chunk = Uint8Array.from({ length: 10_007 }, (_, index) => index % 251);
      for (let index = 0; index < 20; index++) await file.write(chunk, BigInt(index * chunk.length));
      expect((await file.stat()).size).toBe(200_140n);
      const piece = await file.read(10_007, BigInt(7 * chunk.length));
      expect(piece).toEqual(chunk.subarray(0, piece.length));
      expect(piece.length).toBeGreaterThan(0);
    });
    it('holds a file with a hole far larger than what it takes', async () => {
      const file = await files.open('sparse', creating);
      const far = 2n ** 40n;
      await file.write(bytesOf('end'), far);
      expect((await file.stat()).size).toBe(far + 3n);
      expect(textOf(await file.read(10, far))).toBe('end');
      expect(Array.from(await file.read(4, far - 4n))).toEqual([0, 0, 0, 0]);
      await file.setSize(0n);
    });
    it('refuses offsets and sizes that no file has', async () => {
      const file = await files.open('a', creating);
      expect(await codeOf(() => file.write(bytesOf('x'), 2n ** 64n - 1n))).toBe('invalid');
      expect(await codeOf(() => file.setSize(2n ** 64n - 1n))).toBe('invalid');
      expect(await codeOf(() => file.setSize(2n ** 60n))).toBe('file-too-large');
    });
    it('shrinks and grows, and what was cut off comes back as zeros', async () => {
      const file = await files.put('a', 'abcdef');
      await file.setSize(2n);
      await file.setSize(4n);
      expect(Array.from(await file.read(10, 0n))).toEqual([97, 98, 0, 0]);
    });
    it('reads and writes only as it was opened', async () => {
      await files.put('a', 'x');
      const reader = await files.open('a', { read: true });
      expect(await codeOf(() => reader.write(bytesOf('y'), 0n))).toBe('bad-descriptor');
      expect(await codeOf(() => reader.append(bytesOf('y')))).toBe('bad-descriptor');
      expect(await codeOf(() => reader.setSize(0n))).toBe('bad-descriptor');
      const writer = await files.open('a', { write: true });
      expect(await codeOf(() => writer.read(1, 0n))).toBe('bad-descriptor');
      expect(writer.flags).toMatchObject({ read: false, write: true });
      expect(reader.flags).toMatchObject({ read: true, write: false });
    });
    it('syncs files and directories', async () => {
      const file = await files.put('a', 'x');
      await file.sync(true);
      await file.sync(false);
      await files.root.sync(false);
      await files.root.sync(true);
    });
    it('fails after close, and lets what is under way finish', async () => {
      const file = await files.put('a', 'hello');
      const reading = file.read(5, 0n);
      file.close();
      file.close();
      expect(textOf(await reading)).toBe('hello');
      expect(await codeOf(() => file.read(1, 0n))).toBe('bad-descriptor');
      expect(await codeOf(() => file.stat())).toBe('bad-descriptor');
    });
    it('refuses directory operations on a file and file operations on a directory', async () => {
      const file = await files.put('a', 'x');
      expect(await codeOf(() => file.statAt('b', false))).toBe('not-directory');
      expect(await codeOf(() => file.openAt('b', {}))).toBe('not-directory');
      expect(await codeOf(() => file.list())).toBe('not-directory');
      expect(await codeOf(() => files.root.renameAt('a', file, 'b'))).toBe('not-directory');
      expect(await codeOf(() => files.root.read(1, 0n))).toBe('is-directory');
      expect(await codeOf(() => files.root.write(bytesOf('x'), 0n))).toBe('bad-descriptor');
    });
  });

  describe('opening', () => {
    it('creates, exclusively or not, and truncates', async () => {
      expect(await codeOf(() => files.root.openAt('a', { read: true }))).toBe('no-entry');
      await files.put('a', 'text');
      expect(await codeOf(() => files.root.openAt('a', { create: true, exclusive: true }))).toBe('exist');
      expect(await files.content('a')).toBe('text');
      await files.open('a', { create: true });
      expect(await files.content('a')).toBe('text');
      const emptied = await files.open('a', { truncate: true, read: true });
      expect(emptied.flags.write).toBe(true);
      expect(await files.content('a')).toBe('');
    });
    it('opens directories, and only those if asked to', async () => {
      await files.root.createDirectoryAt('d');
      await files.put('f', '');
      expect((await files.open('d', { directory: true })).kind).toBe('directory');
      expect((await files.open('.', {})).flags).toMatchObject({ read: true, write: false, mutateDirectory: false });
      expect(await codeOf(() => files.root.openAt('f', { directory: true }))).toBe('not-directory');
      expect(await codeOf(() => files.root.openAt('f/', {}))).toBe('not-directory');
      expect(await codeOf(() => files.root.openAt('f/x', {}))).toBe('not-directory');
      expect(await codeOf(() => files.root.openAt('d', { write: true }))).toBe('is-directory');
      expect(await codeOf(() => files.root.openAt('d', { create: true }))).toBe('is-directory');
      expect(await codeOf(() => files.root.openAt('n', { create: true, directory: true }))).toBe('invalid');
      expect(await codeOf(() => files.root.openAt('n/', { create: true }))).toBe('is-directory');
    });
    it('follows a symbolic link in the last place only if asked to', async () => {
      await files.put('f', 'text');
      await files.root.symlinkAt('f', 'link');
      expect(await codeOf(() => files.root.openAt('link', {}))).toBe('loop');
      expect(await files.content('link')).toBe('text');
      await files.root.symlinkAt('new', 'dangling');
      expect(await codeOf(() => files.root.openAt('dangling', { follow: true }))).toBe('no-entry');
      expect(await codeOf(() => files.root.openAt('dangling', { ...creating, follow: true, exclusive: true }))).toBe('exist');
      await files.open('dangling', { ...creating, follow: true });
      expect((await files.root.statAt('new', false)).kind).toBe('regular-file');
    });
    it('hands out handles of its own, each to be closed', async () => {
      const other = files.directory.open();
      files.root.close();
      await other.createDirectoryAt('d');
      files.directory.close();
      expect((await other.statAt('d', false)).kind).toBe('directory');
      other.close();
      expect(await codeOf(() => files.directory.open())).toBe('bad-descriptor');
    });
  });

  describe.skipIf(traits.maxBytes === undefined)('quota (maxBytes)', () => {
    const limit = traits.maxBytes ?? 0;
    it('refuses what does not fit and writes none of it', async () => {
      const file = await files.open('a', creating);
      expect(await codeOf(() => file.write(new Uint8Array(limit + 1), 0n))).toBe('insufficient-space');
      expect((await file.stat()).size).toBe(0n);
      await file.write(new Uint8Array(limit), 0n);
      const other = await files.open('b', creating);
      expect(await codeOf(() => other.append(bytesOf('x')))).toBe('insufficient-space');
      await file.write(bytesOf('over'), 0n);
    });
    it('gives space back when a file is cut, or gone with its last handle', async () => {
      const file = await files.open('a', creating);
      await file.write(new Uint8Array(limit), 0n);
      await file.setSize(1n);
      await file.write(new Uint8Array(limit - 1), 1n);
      await files.root.unlinkAt('a');
      const other = await files.open('b', creating);
      expect(await codeOf(() => other.append(bytesOf('x')))).toBe('insufficient-space');
      file.close();
      await other.write(new Uint8Array(limit), 0n);
    });
  });
}
