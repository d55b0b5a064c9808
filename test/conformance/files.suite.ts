import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Directory, FileError, type FileHandle, type OpenOptions } from '../../src/core/ports/files.ts';

/** What an implementation of the files port can and cannot do. */
export interface FilesTraits {
  /** A handle stays with its directory when that is renamed. */
  readonly followsRenames: boolean;
  /** How many bytes the directory that `make` answers with may take; absent: no quota of its own. */
  readonly maxBytes?: number;
}

/** An empty directory to test, and how to get rid of it. */
export interface FilesUnderTest {
  readonly directory: Directory;
  cleanup(): Promise<void>;
}

const creating: OpenOptions = { create: true, read: true, write: true };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Every rule of the files port, for one implementation of it. */
export function filesSuite(name: string, make: () => Promise<FilesUnderTest>, traits: FilesTraits): void {
  describe(`files: ${name}`, () => {
    let under: FilesUnderTest;
    let root: FileHandle;
    const opened: FileHandle[] = [];

    beforeEach(async () => {
      under = await make();
      root = under.directory.open();
    });
    afterEach(async () => {
      for (const handle of opened.splice(0)) handle.close();
      root.close();
      under.directory.close();
      await under.cleanup();
    });

    /** The code that something fails with, or `none`. */
    const codeOf = async (act: () => unknown): Promise<string> => {
      try {
        await act();
        return 'none';
      } catch (failure) {
        expect(failure).toBeInstanceOf(FileError);
        return (failure as FileError).code;
      }
    };
    const open = async (path: string, options: OpenOptions = {}, from: FileHandle = root): Promise<FileHandle> => {
      const handle = await from.openAt(path, options);
      opened.push(handle);
      return handle;
    };
    const put = async (path: string, text: string, from: FileHandle = root): Promise<FileHandle> => {
      const file = await open(path, creating, from);
      await file.write(bytesOf(text), 0n);
      return file;
    };
    const content = async (path: string, from: FileHandle = root): Promise<string> => {
      const file = await open(path, { read: true, follow: true }, from);
      return textOf(await file.read(65_536, 0n));
    };
    const names = async (handle: FileHandle): Promise<string[]> => {
      const entries = handle.list();
      const found: string[] = [];
      for (let entry = await entries.read(1); entry !== undefined; entry = await entries.read(1)) found.push(`${entry.kind} ${entry.name}`);
      return found.sort();
    };

    describe('reading and writing', () => {
      it('reads back what was written, in parts and past the end', async () => {
        const file = await put('a', 'hello world');
        expect(textOf(await file.read(5, 0n))).toBe('hello');
        expect(textOf(await file.read(100, 6n))).toBe('world');
        expect(await file.read(5, 11n)).toHaveLength(0);
        expect(await file.read(5, 2n ** 60n)).toHaveLength(0);
        expect(await file.read(0, 0n)).toHaveLength(0);
        expect(await codeOf(() => file.read(1, 2n ** 64n - 1n))).toBe('invalid');
      });
      it('keeps what it read when the file changes', async () => {
        const file = await put('a', 'before');
        const bytes = await file.read(6, 0n);
        await file.write(bytesOf('after!'), 0n);
        expect(textOf(bytes)).toBe('before');
      });
      it('fills the space before a write past the end with zeros', async () => {
        const file = await put('a', 'ab');
        await file.write(bytesOf('z'), 5n);
        expect(Array.from(await file.read(10, 0n))).toEqual([97, 98, 0, 0, 0, 122]);
      });
      it('appends at the end, from several handles', async () => {
        const one = await put('a', '1');
        const two = await open('a', { write: true });
        await one.append(bytesOf('2'));
        await two.append(bytesOf('3'));
        await one.append(bytesOf('4'));
        expect(await content('a')).toBe('1234');
        await one.write(bytesOf('x'), 0n);
        expect(await content('a')).toBe('x234');
      });
      it('writes chunks of a stream one after another across many pages', async () => {
        const file = await open('big', creating);
        const chunk = Uint8Array.from({ length: 10_007 }, (_, index) => index % 251);
        for (let index = 0; index < 20; index++) await file.write(chunk, BigInt(index * chunk.length));
        expect((await file.stat()).size).toBe(200_140n);
        const piece = await file.read(10_007, BigInt(7 * chunk.length));
        expect(piece).toEqual(chunk.subarray(0, piece.length));
        expect(piece.length).toBeGreaterThan(0);
      });
      it('holds a file with a hole far larger than what it takes', async () => {
        const file = await open('sparse', creating);
        const far = 2n ** 40n;
        await file.write(bytesOf('end'), far);
        expect((await file.stat()).size).toBe(far + 3n);
        expect(textOf(await file.read(10, far))).toBe('end');
        expect(Array.from(await file.read(4, far - 4n))).toEqual([0, 0, 0, 0]);
        await file.setSize(0n);
      });
      it('refuses offsets and sizes that no file has', async () => {
        const file = await open('a', creating);
        expect(await codeOf(() => file.write(bytesOf('x'), 2n ** 64n - 1n))).toBe('invalid');
        expect(await codeOf(() => file.setSize(2n ** 64n - 1n))).toBe('invalid');
        expect(await codeOf(() => file.setSize(2n ** 60n))).toBe('file-too-large');
      });
      it('shrinks and grows, and what was cut off comes back as zeros', async () => {
        const file = await put('a', 'abcdef');
        await file.setSize(2n);
        await file.setSize(4n);
        expect(Array.from(await file.read(10, 0n))).toEqual([97, 98, 0, 0]);
      });
      it('reads and writes only as it was opened', async () => {
        await put('a', 'x');
        const reader = await open('a', { read: true });
        expect(await codeOf(() => reader.write(bytesOf('y'), 0n))).toBe('bad-descriptor');
        expect(await codeOf(() => reader.append(bytesOf('y')))).toBe('bad-descriptor');
        expect(await codeOf(() => reader.setSize(0n))).toBe('bad-descriptor');
        const writer = await open('a', { write: true });
        expect(await codeOf(() => writer.read(1, 0n))).toBe('bad-descriptor');
        expect(writer.flags).toMatchObject({ read: false, write: true });
        expect(reader.flags).toMatchObject({ read: true, write: false });
      });
      it('syncs files and directories', async () => {
        const file = await put('a', 'x');
        await file.sync(true);
        await file.sync(false);
        await root.sync(false);
        await root.sync(true);
      });
      it('fails after close, and lets what is under way finish', async () => {
        const file = await put('a', 'hello');
        const reading = file.read(5, 0n);
        file.close();
        file.close();
        expect(textOf(await reading)).toBe('hello');
        expect(await codeOf(() => file.read(1, 0n))).toBe('bad-descriptor');
        expect(await codeOf(() => file.stat())).toBe('bad-descriptor');
      });
      it('refuses directory operations on a file and file operations on a directory', async () => {
        const file = await put('a', 'x');
        expect(await codeOf(() => file.statAt('b', false))).toBe('not-directory');
        expect(await codeOf(() => file.openAt('b', {}))).toBe('not-directory');
        expect(await codeOf(() => file.list())).toBe('not-directory');
        expect(await codeOf(() => root.renameAt('a', file, 'b'))).toBe('not-directory');
        expect(await codeOf(() => root.read(1, 0n))).toBe('is-directory');
        expect(await codeOf(() => root.write(bytesOf('x'), 0n))).toBe('bad-descriptor');
      });
    });

    describe('opening', () => {
      it('creates, exclusively or not, and truncates', async () => {
        expect(await codeOf(() => root.openAt('a', { read: true }))).toBe('no-entry');
        await put('a', 'text');
        expect(await codeOf(() => root.openAt('a', { create: true, exclusive: true }))).toBe('exist');
        expect(await content('a')).toBe('text');
        await open('a', { create: true });
        expect(await content('a')).toBe('text');
        const emptied = await open('a', { truncate: true, read: true });
        expect(emptied.flags.write).toBe(true);
        expect(await content('a')).toBe('');
      });
      it('opens directories, and only those if asked to', async () => {
        await root.createDirectoryAt('d');
        await put('f', '');
        expect((await open('d', { directory: true })).kind).toBe('directory');
        expect((await open('.', {})).flags).toMatchObject({ read: true, write: false, mutateDirectory: false });
        expect(await codeOf(() => root.openAt('f', { directory: true }))).toBe('not-directory');
        expect(await codeOf(() => root.openAt('f/', {}))).toBe('not-directory');
        expect(await codeOf(() => root.openAt('f/x', {}))).toBe('not-directory');
        expect(await codeOf(() => root.openAt('d', { write: true }))).toBe('is-directory');
        expect(await codeOf(() => root.openAt('d', { create: true }))).toBe('is-directory');
        expect(await codeOf(() => root.openAt('n', { create: true, directory: true }))).toBe('invalid');
        expect(await codeOf(() => root.openAt('n/', { create: true }))).toBe('is-directory');
      });
      it('follows a symbolic link in the last place only if asked to', async () => {
        await put('f', 'text');
        await root.symlinkAt('f', 'link');
        expect(await codeOf(() => root.openAt('link', {}))).toBe('loop');
        expect(await content('link')).toBe('text');
        await root.symlinkAt('new', 'dangling');
        expect(await codeOf(() => root.openAt('dangling', { follow: true }))).toBe('no-entry');
        expect(await codeOf(() => root.openAt('dangling', { ...creating, follow: true, exclusive: true }))).toBe('exist');
        await open('dangling', { ...creating, follow: true });
        expect((await root.statAt('new', false)).kind).toBe('regular-file');
      });
      it('hands out handles of its own, each to be closed', async () => {
        const other = under.directory.open();
        root.close();
        await other.createDirectoryAt('d');
        under.directory.close();
        expect((await other.statAt('d', false)).kind).toBe('directory');
        other.close();
        expect(await codeOf(() => under.directory.open())).toBe('bad-descriptor');
      });
    });

    describe('paths', () => {
      it('refuses every way out', async () => {
        await root.createDirectoryAt('d');
        await root.symlinkAt('..', 'up');
        await root.symlinkAt('d/../..', 'up2');
        await root.symlinkAt('up', 'chain');
        await root.symlinkAt('../../up', 'd/deep');
        const ways = ['..', '../x', 'd/../..', 'd/../../x', '/', '/etc/passwd', 'up/x', 'up/', 'up2/x', 'chain/x', 'd/deep/x'];
        for (const way of ways) {
          expect(await codeOf(() => root.openAt(way, { follow: true })), way).toBe('not-permitted');
          expect(await codeOf(() => root.openAt(way, creating)), way).toBe('not-permitted');
          expect(await codeOf(() => root.statAt(way, true)), way).toBe('not-permitted');
          expect(await codeOf(() => root.createDirectoryAt(way)), way).toBe('not-permitted');
          expect(await codeOf(() => root.unlinkAt(way)), way).toBe('not-permitted');
          expect(await codeOf(() => root.removeDirectoryAt(way)), way).toBe('not-permitted');
          expect(await codeOf(() => root.setTimesAt(way, true, 'now', 'now')), way).toBe('not-permitted');
          expect(await codeOf(() => root.symlinkAt('d', way)), way).toBe('not-permitted');
          expect(await codeOf(() => root.renameAt('d', root, way)), way).toBe('not-permitted');
          expect(await codeOf(() => root.renameAt(way, root, 'x')), way).toBe('not-permitted');
          expect(await codeOf(() => root.linkAt(way, true, root, 'x')), way).toBe('not-permitted');
          expect(await codeOf(() => root.readlinkAt(way)), way).toBe('not-permitted');
        }
        expect(await codeOf(() => root.openAt('chain', { follow: true }))).toBe('not-permitted');
        expect(await codeOf(() => root.symlinkAt('/etc', 'abs'))).toBe('not-permitted');
      });
      it('does not lead out of a subdirectory through its own handle', async () => {
        await root.createDirectoryAt('d');
        await put('secret', 'x');
        const sub = await open('d', {});
        await sub.symlinkAt('../secret', 'link');
        expect(await codeOf(() => sub.openAt('../secret', {}))).toBe('not-permitted');
        expect(await codeOf(() => sub.openAt('link', { follow: true }))).toBe('not-permitted');
        expect(await content('d/link')).toBe('x');
      });
      it('allows .. and links that stay inside', async () => {
        await root.createDirectoryAt('d');
        await root.createDirectoryAt('d/e');
        await put('f', 'text');
        await root.symlinkAt('../../f', 'd/e/link');
        await root.symlinkAt('d/e', 'short');
        expect(await content('d/../f')).toBe('text');
        expect(await content('./d//e/./../../f')).toBe('text');
        expect(await content('d/e/link')).toBe('text');
        expect(await content('short/link')).toBe('text');
        // The parent of where a link leads, not of where it is.
        expect((await root.statAt('short/..', false)).inode).toBe((await root.statAt('d', false)).inode);
      });
      it('stops at a loop of links and at paths without end', async () => {
        await root.symlinkAt('b', 'a');
        await root.symlinkAt('a', 'b');
        await root.symlinkAt('self/x', 'self');
        expect(await codeOf(() => root.openAt('a', { follow: true }))).toBe('loop');
        expect(await codeOf(() => root.statAt('self/y', false))).toBe('loop');
        expect(await codeOf(() => root.createDirectoryAt('x'.repeat(300)))).toBe('name-too-long');
        expect(await codeOf(() => root.statAt('d/'.repeat(5000), false))).toBe('name-too-long');
      });
      it('names what is wrong with a path', async () => {
        await put('f', '');
        for (const path of ['', 'missing', 'missing/x', './missing']) {
          expect(await codeOf(() => root.statAt(path, false)), path).toBe('no-entry');
        }
        expect(await codeOf(() => root.statAt('f/', false))).toBe('not-directory');
        expect(await codeOf(() => root.statAt('f/..', false))).toBe('not-directory');
        expect(await codeOf(() => root.statAt('a\0b', false))).toBe('invalid');
      });
      it('takes names in any script', async () => {
        const path = 'Übergröße – 文件 🐹.txt';
        await put(path, 'x');
        expect(await names(root)).toEqual([`regular-file ${path}`]);
      });
    });

    describe('the tree', () => {
      it('makes and removes directories', async () => {
        await root.createDirectoryAt('d/');
        expect(await codeOf(() => root.createDirectoryAt('d'))).toBe('exist');
        expect(await codeOf(() => root.createDirectoryAt('.'))).toBe('exist');
        expect(await codeOf(() => root.createDirectoryAt('m/n'))).toBe('no-entry');
        await put('d/f', '');
        expect(await codeOf(() => root.removeDirectoryAt('d'))).toBe('not-empty');
        expect(await codeOf(() => root.removeDirectoryAt('d/f'))).toBe('not-directory');
        expect(await codeOf(() => root.unlinkAt('d'))).toBe('is-directory');
        expect(await codeOf(() => root.unlinkAt('d/f/'))).toBe('not-directory');
        await root.unlinkAt('d/f');
        expect(await codeOf(() => root.unlinkAt('d/f'))).toBe('no-entry');
        await root.removeDirectoryAt('d');
        expect(await codeOf(() => root.removeDirectoryAt('d'))).toBe('no-entry');
        expect(await codeOf(() => root.removeDirectoryAt('.'))).toBe('invalid');
        expect(await names(root)).toEqual([]);
      });
      it('lists entries with what they are', async () => {
        await root.createDirectoryAt('d');
        await put('f', '');
        await root.symlinkAt('f', 'l');
        expect(await names(root)).toEqual(['directory d', 'regular-file f', 'symbolic-link l']);
        expect(await names(await open('d', {}))).toEqual([]);
      });
      it('lists a large directory that is being emptied', async () => {
        for (let index = 0; index < 300; index++) await put(`f${index}`, '').then((file) => file.close());
        const entries = root.list();
        for (let entry = await entries.read(1); entry !== undefined; entry = await entries.read(1)) await root.unlinkAt(entry.name);
        expect(await names(root)).toEqual([]);
      });
      it('stops listing when cancelled, also after the handle is closed', async () => {
        await put('f', '');
        const handle = await open('.', {});
        const entries = handle.list();
        handle.close();
        expect(await entries.read(1)).toEqual({ name: 'f', kind: 'regular-file' });
        entries.cancel();
        entries.cancel();
        expect(await entries.read(1)).toBeUndefined();
      });
      it('keeps the target of a link as it was given', async () => {
        await root.symlinkAt('../not/here', 'l');
        expect(await root.readlinkAt('l')).toBe('../not/here');
        expect((await root.statAt('l', false)).size).toBe(11n);
        expect(await codeOf(() => root.symlinkAt('x', 'l'))).toBe('exist');
        expect(await codeOf(() => root.symlinkAt('', 'm'))).toBe('no-entry');
        expect(await codeOf(() => root.readlinkAt('.'))).toBe('invalid');
        await root.unlinkAt('l');
      });
      it('gives a file several names', async () => {
        await root.createDirectoryAt('d');
        const file = await put('a', 'text');
        await root.linkAt('a', false, root, 'b');
        expect((await file.stat()).linkCount).toBe(2n);
        expect((await root.statAt('b', false)).inode).toBe((await file.stat()).inode);
        await root.unlinkAt('a');
        expect(await content('b')).toBe('text');
        expect((await file.stat()).linkCount).toBe(1n);
        expect(await codeOf(() => root.linkAt('d', false, root, 'e'))).toBe('not-permitted');
        expect(await codeOf(() => root.linkAt('b', false, root, 'b'))).toBe('exist');
        expect(await codeOf(() => root.linkAt('b', false, root, 'n/'))).toBe('no-entry');
        await root.symlinkAt('b', 'l');
        await root.linkAt('l', true, root, 'c');
        expect((await root.statAt('c', false)).kind).toBe('regular-file');
        await root.linkAt('l', false, root, 'm');
        expect((await root.statAt('m', false)).kind).toBe('symbolic-link');
      });
      it('moves entries between directories, over others', async () => {
        await root.createDirectoryAt('d');
        const sub = await open('d', {});
        await put('a', 'A');
        await put('b', 'B');
        await root.renameAt('a', sub, 'x');
        await sub.renameAt('x', root, 'b');
        expect(await names(root)).toEqual(['directory d', 'regular-file b']);
        expect(await content('b')).toBe('A');
        await root.renameAt('b', root, 'b');
        await root.linkAt('b', false, root, 'c');
        await root.renameAt('b', root, 'c');
        expect(await names(root)).toEqual(['directory d', 'regular-file b', 'regular-file c']);
      });
      it('moves a directory over an empty one only, and never into itself', async () => {
        for (const path of ['a', 'b', 'b/c']) await root.createDirectoryAt(path);
        await put('f', '');
        expect(await codeOf(() => root.renameAt('a', root, 'b'))).toBe('not-empty');
        expect(await codeOf(() => root.renameAt('b', root, 'b/c/d'))).toBe('invalid');
        expect(await codeOf(() => root.renameAt('a', root, 'f'))).toBe('not-directory');
        expect(await codeOf(() => root.renameAt('f', root, 'a'))).toBe('is-directory');
        expect(await codeOf(() => root.renameAt('f', root, 'n/'))).toBe('not-directory');
        expect(await codeOf(() => root.renameAt('.', root, 'n'))).toBe('busy');
        expect(await codeOf(() => root.renameAt('missing', root, 'n'))).toBe('no-entry');
        await root.renameAt('b', root, 'a/');
        expect(await names(root)).toEqual(['directory a', 'regular-file f']);
        expect((await root.statAt('a', false)).linkCount).toBeGreaterThan(0n);
      });
      it('does not mix trees', async () => {
        const foreign = { ...root, kind: 'directory' } as unknown as FileHandle;
        await put('a', '');
        expect(await codeOf(() => root.renameAt('a', foreign, 'b'))).toBe('cross-device');
        expect(await codeOf(() => root.linkAt('a', false, foreign, 'b'))).toBe('cross-device');
      });
    });

    describe('handles and changes', () => {
      it('keeps a file that was unlinked while open', async () => {
        const file = await put('a', 'text');
        await root.unlinkAt('a');
        expect((await file.stat()).linkCount).toBe(0n);
        await file.append(bytesOf(' more'));
        expect(textOf(await file.read(20, 0n))).toBe('text more');
        await file.setSize(1n);
        expect((await file.stat()).size).toBe(1n);
        expect(await codeOf(() => root.statAt('a', false))).toBe('no-entry');
      });
      it.skipIf(!traits.followsRenames)('stays in a directory whose parent is renamed (followsRenames)', async () => {
        await root.createDirectoryAt('p');
        await root.createDirectoryAt('p/d');
        const sub = await open('p/d', {});
        await root.renameAt('p', root, 'q');
        await put('f', 'text', sub);
        expect(await content('q/d/f')).toBe('text');
      });
      it.skipIf(traits.followsRenames)('fails in a directory whose parent is renamed (not followsRenames)', async () => {
        await root.createDirectoryAt('p');
        await root.createDirectoryAt('p/d');
        const sub = await open('p/d', {});
        await root.renameAt('p', root, 'q');
        expect(await codeOf(() => sub.openAt('f', creating))).toBe('no-entry');
      });
      it('is not led away by a link put in place of its directory', async () => {
        await root.createDirectoryAt('d');
        await root.createDirectoryAt('other');
        const sub = await open('d', {});
        await root.renameAt('d', root, 'moved');
        await root.symlinkAt('other', 'd');
        expect(await codeOf(() => sub.openAt('f', creating))).toMatch(/none|no-entry/);
        expect(await names(await open('other', {}))).toEqual([]);
      });
      it('makes nothing in a directory that was removed', async () => {
        await root.createDirectoryAt('d');
        const sub = await open('d', {});
        await root.removeDirectoryAt('d');
        expect(await codeOf(() => sub.openAt('f', creating))).toBe('no-entry');
        expect(await codeOf(() => sub.createDirectoryAt('e'))).toBe('no-entry');
      });
    });

    describe('metadata', () => {
      it('tells objects apart and keeps their numbers', async () => {
        const file = await put('a', '');
        const before = await file.stat();
        await root.renameAt('a', root, 'b');
        const after = await root.statAt('b', false);
        expect([after.device, after.inode]).toEqual([before.device, before.inode]);
        expect((await root.stat()).inode).not.toBe(before.inode);
        expect((await root.statAt('.', false)).inode).toBe((await root.stat()).inode);
      });
      it('sets times, of links too', async () => {
        const file = await put('a', '');
        await root.symlinkAt('a', 'l');
        await root.setTimesAt('a', false, 42_000_000_000n, 69_500_000_000n);
        expect(await file.stat()).toMatchObject({ accessedNs: 42_000_000_000n, modifiedNs: 69_500_000_000n });
        await file.setTimes('keep', 7_000_000_000n);
        expect(await file.stat()).toMatchObject({ accessedNs: 42_000_000_000n, modifiedNs: 7_000_000_000n });
        await root.setTimesAt('l', false, 1_000_000_000n, 1_000_000_000n);
        expect((await file.stat()).modifiedNs).toBe(7_000_000_000n);
        expect((await root.statAt('l', false)).modifiedNs).toBe(1_000_000_000n);
        await root.setTimesAt('l', true, 'keep', 5_000_000_000n);
        expect((await file.stat()).modifiedNs).toBe(5_000_000_000n);
        await file.setTimes('now', 'keep');
        expect(Number((await file.stat()).accessedNs) / 1e6).toBeGreaterThan(Date.now() - 60_000);
        expect((await file.stat()).modifiedNs).toBe(5_000_000_000n);
        await root.setTimes(-1_500_000_000n, 3_000_000_000n);
        expect(await root.stat()).toMatchObject({ accessedNs: -1_500_000_000n, modifiedNs: 3_000_000_000n });
        expect(await codeOf(() => root.setTimesAt('missing', false, 'now', 'now'))).toBe('no-entry');
      });
      it('counts links of directories', async () => {
        await root.createDirectoryAt('d');
        expect((await root.statAt('d', false)).linkCount).toBeGreaterThan(0n);
      });
    });

    describe('read-only', () => {
      it('reads everything and changes nothing', async () => {
        await put('f', 'text');
        await root.createDirectoryAt('d');
        await root.symlinkAt('f', 'l');
        const reader = under.directory.open({ readOnly: true });
        opened.push(reader);
        expect(reader.flags.mutateDirectory).toBe(false);
        expect(await content('f', reader)).toBe('text');
        expect(await reader.readlinkAt('l')).toBe('f');
        const sub = await open('d', {}, reader);
        const changes: (() => unknown)[] = [
          () => reader.openAt('f', { write: true }),
          () => reader.openAt('f', { truncate: true }),
          () => reader.openAt('n', { create: true }),
          () => reader.openAt('d', { mutateDirectory: true }),
          () => reader.createDirectoryAt('n'),
          () => reader.removeDirectoryAt('d'),
          () => reader.unlinkAt('f'),
          () => reader.symlinkAt('f', 'n'),
          () => reader.linkAt('f', false, reader, 'n'),
          () => reader.linkAt('f', false, root, 'n'),
          () => root.linkAt('f', false, reader, 'n'),
          () => reader.renameAt('f', reader, 'n'),
          () => reader.renameAt('f', root, 'n'),
          () => root.renameAt('f', reader, 'n'),
          () => reader.setTimesAt('f', false, 'now', 'now'),
          () => reader.setTimes('now', 'now'),
          () => sub.createDirectoryAt('n'),
          () => sub.openAt('n', { create: true }),
        ];
        for (const change of changes) expect(await codeOf(change), change.toString()).toBe('read-only');
        const file = await open('f', {}, reader);
        expect(await codeOf(() => file.setTimes('now', 'now'))).toBe('read-only');
        expect(await codeOf(() => reader.unlinkAt('missing'))).toBe('no-entry');
        expect(await names(root)).toEqual(['directory d', 'regular-file f', 'symbolic-link l']);
      });
    });

    describe.skipIf(traits.maxBytes === undefined)('quota (maxBytes)', () => {
      const limit = traits.maxBytes ?? 0;
      it('refuses what does not fit and writes none of it', async () => {
        const file = await open('a', creating);
        expect(await codeOf(() => file.write(new Uint8Array(limit + 1), 0n))).toBe('insufficient-space');
        expect((await file.stat()).size).toBe(0n);
        await file.write(new Uint8Array(limit), 0n);
        const other = await open('b', creating);
        expect(await codeOf(() => other.append(bytesOf('x')))).toBe('insufficient-space');
        await file.write(bytesOf('over'), 0n);
      });
      it('gives space back when a file is cut, or gone with its last handle', async () => {
        const file = await open('a', creating);
        await file.write(new Uint8Array(limit), 0n);
        await file.setSize(1n);
        await file.write(new Uint8Array(limit - 1), 1n);
        await root.unlinkAt('a');
        const other = await open('b', creating);
        expect(await codeOf(() => other.append(bytesOf('x')))).toBe('insufficient-space');
        file.close();
        await other.write(new Uint8Array(limit), 0n);
      });
    });
  });
}
