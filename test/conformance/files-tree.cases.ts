import { describe, expect, it } from 'vitest';
import type { FileHandle } from '../../src/core/ports/files.ts';
import { bytesOf, codeOf, creating, names, textOf, type FilesHarness, type FilesTraits } from './files.harness.ts';

/** Paths, entries and what is known of them. */
export function treeCases(files: FilesHarness, traits: FilesTraits): void {
  describe('paths', () => {
    it('refuses every way out', async () => {
      await files.root.createDirectoryAt('d');
      await files.root.symlinkAt('..', 'up');
      await files.root.symlinkAt('d/../..', 'up2');
      await files.root.symlinkAt('up', 'chain');
      await files.root.symlinkAt('../../up', 'd/deep');
      const ways = ['..', '../x', 'd/../..', 'd/../../x', '/', '/etc/passwd', 'up/x', 'up/', 'up2/x', 'chain/x', 'd/deep/x'];
      for (const way of ways) {
        expect(await codeOf(() => files.root.openAt(way, { follow: true })), way).toBe('not-permitted');
        expect(await codeOf(() => files.root.openAt(way, creating)), way).toBe('not-permitted');
        expect(await codeOf(() => files.root.statAt(way, true)), way).toBe('not-permitted');
        expect(await codeOf(() => files.root.createDirectoryAt(way)), way).toBe('not-permitted');
        expect(await codeOf(() => files.root.unlinkAt(way)), way).toBe('not-permitted');
        expect(await codeOf(() => files.root.removeDirectoryAt(way)), way).toBe('not-permitted');
        expect(await codeOf(() => files.root.setTimesAt(way, true, 'now', 'now')), way).toBe('not-permitted');
        expect(await codeOf(() => files.root.symlinkAt('d', way)), way).toBe('not-permitted');
        expect(await codeOf(() => files.root.renameAt('d', files.root, way)), way).toBe('not-permitted');
        expect(await codeOf(() => files.root.renameAt(way, files.root, 'x')), way).toBe('not-permitted');
        expect(await codeOf(() => files.root.linkAt(way, true, files.root, 'x')), way).toBe('not-permitted');
        expect(await codeOf(() => files.root.readlinkAt(way)), way).toBe('not-permitted');
      }
      expect(await codeOf(() => files.root.openAt('chain', { follow: true }))).toBe('not-permitted');
      expect(await codeOf(() => files.root.symlinkAt('/etc', 'abs'))).toBe('not-permitted');
    });
    it('does not lead out of a subdirectory through its own handle', async () => {
      await files.root.createDirectoryAt('d');
      await files.put('secret', 'x');
      const sub = await files.open('d', {});
      await sub.symlinkAt('../secret', 'link');
      expect(await codeOf(() => sub.openAt('../secret', {}))).toBe('not-permitted');
      expect(await codeOf(() => sub.openAt('link', { follow: true }))).toBe('not-permitted');
      expect(await files.content('d/link')).toBe('x');
    });
    it('allows .. and links that stay inside', async () => {
      await files.root.createDirectoryAt('d');
      await files.root.createDirectoryAt('d/e');
      await files.put('f', 'text');
      await files.root.symlinkAt('../../f', 'd/e/link');
      await files.root.symlinkAt('d/e', 'short');
      expect(await files.content('d/../f')).toBe('text');
      expect(await files.content('./d//e/./../../f')).toBe('text');
      expect(await files.content('d/e/link')).toBe('text');
      expect(await files.content('short/link')).toBe('text');
      // The parent of where a link leads, not of where it is.
      expect((await files.root.statAt('short/..', false)).inode).toBe((await files.root.statAt('d', false)).inode);
    });
    it('stops at a loop of links and at paths without end', async () => {
      await files.root.symlinkAt('b', 'a');
      await files.root.symlinkAt('a', 'b');
      await files.root.symlinkAt('self/x', 'self');
      expect(await codeOf(() => files.root.openAt('a', { follow: true }))).toBe('loop');
      expect(await codeOf(() => files.root.statAt('self/y', false))).toBe('loop');
      expect(await codeOf(() => files.root.createDirectoryAt('x'.repeat(300)))).toBe('name-too-long');
      expect(await codeOf(() => files.root.statAt('d/'.repeat(5000), false))).toBe('name-too-long');
    });
    it('names what is wrong with a path', async () => {
      await files.put('f', '');
      for (const path of ['', 'missing', 'missing/x', './missing']) {
        expect(await codeOf(() => files.root.statAt(path, false)), path).toBe('no-entry');
      }
      expect(await codeOf(() => files.root.statAt('f/', false))).toBe('not-directory');
      expect(await codeOf(() => files.root.statAt('f/..', false))).toBe('not-directory');
      expect(await codeOf(() => files.root.statAt('a\0b', false))).toBe('invalid');
    });
    it('takes names in any script', async () => {
      const path = 'Übergröße – 文件 🐹.txt';
      await files.put(path, 'x');
      expect(await names(files.root)).toEqual([`regular-file ${path}`]);
    });
  });

  describe('the tree', () => {
    it('makes and removes directories', async () => {
      await files.root.createDirectoryAt('d/');
      expect(await codeOf(() => files.root.createDirectoryAt('d'))).toBe('exist');
      expect(await codeOf(() => files.root.createDirectoryAt('.'))).toBe('exist');
      expect(await codeOf(() => files.root.createDirectoryAt('m/n'))).toBe('no-entry');
      await files.put('d/f', '');
      expect(await codeOf(() => files.root.removeDirectoryAt('d'))).toBe('not-empty');
      expect(await codeOf(() => files.root.removeDirectoryAt('d/f'))).toBe('not-directory');
      expect(await codeOf(() => files.root.unlinkAt('d'))).toBe('is-directory');
      expect(await codeOf(() => files.root.unlinkAt('d/f/'))).toBe('not-directory');
      await files.root.unlinkAt('d/f');
      expect(await codeOf(() => files.root.unlinkAt('d/f'))).toBe('no-entry');
      await files.root.removeDirectoryAt('d');
      expect(await codeOf(() => files.root.removeDirectoryAt('d'))).toBe('no-entry');
      expect(await codeOf(() => files.root.removeDirectoryAt('.'))).toBe('invalid');
      expect(await names(files.root)).toEqual([]);
    });
    it('lists entries with what they are', async () => {
      await files.root.createDirectoryAt('d');
      await files.put('f', '');
      await files.root.symlinkAt('f', 'l');
      expect(await names(files.root)).toEqual(['directory d', 'regular-file f', 'symbolic-link l']);
      expect(await names(await files.open('d', {}))).toEqual([]);
    });
    it('lists a large directory that is being emptied', async () => {
      for (let index = 0; index < 300; index++) await files.put(`f${index}`, '').then((file) => file.close());
      const entries = files.root.list();
      for (let entry = await entries.read(1); entry !== undefined; entry = await entries.read(1)) await files.root.unlinkAt(entry.name);
      expect(await names(files.root)).toEqual([]);
    });
    it('stops listing when cancelled, also after the handle is closed', async () => {
      await files.put('f', '');
      const handle = await files.open('.', {});
      const entries = handle.list();
      handle.close();
      expect(await entries.read(1)).toEqual({ name: 'f', kind: 'regular-file' });
      entries.cancel();
      entries.cancel();
      expect(await entries.read(1)).toBeUndefined();
    });
    it('keeps the target of a link as it was given', async () => {
      await files.root.symlinkAt('../not/here', 'l');
      expect(await files.root.readlinkAt('l')).toBe('../not/here');
      expect((await files.root.statAt('l', false)).size).toBe(11n);
      expect(await codeOf(() => files.root.symlinkAt('x', 'l'))).toBe('exist');
      expect(await codeOf(() => files.root.symlinkAt('', 'm'))).toBe('no-entry');
      expect(await codeOf(() => files.root.readlinkAt('.'))).toBe('invalid');
      await files.root.unlinkAt('l');
    });
    it('gives a file several names', async () => {
      await files.root.createDirectoryAt('d');
      const file = await files.put('a', 'text');
      await files.root.linkAt('a', false, files.root, 'b');
      expect((await file.stat()).linkCount).toBe(2n);
      expect((await files.root.statAt('b', false)).inode).toBe((await file.stat()).inode);
      await files.root.unlinkAt('a');
      expect(await files.content('b')).toBe('text');
      expect((await file.stat()).linkCount).toBe(1n);
      expect(await codeOf(() => files.root.linkAt('d', false, files.root, 'e'))).toBe('not-permitted');
      expect(await codeOf(() => files.root.linkAt('b', false, files.root, 'b'))).toBe('exist');
      expect(await codeOf(() => files.root.linkAt('b', false, files.root, 'n/'))).toBe('no-entry');
      await files.root.symlinkAt('b', 'l');
      await files.root.linkAt('l', true, files.root, 'c');
      expect((await files.root.statAt('c', false)).kind).toBe('regular-file');
      await files.root.linkAt('l', false, files.root, 'm');
      expect((await files.root.statAt('m', false)).kind).toBe('symbolic-link');
    });
    it('moves entries between directories, over others', async () => {
      await files.root.createDirectoryAt('d');
      const sub = await files.open('d', {});
      await files.put('a', 'A');
      await files.put('b', 'B');
      await files.root.renameAt('a', sub, 'x');
      await sub.renameAt('x', files.root, 'b');
      expect(await names(files.root)).toEqual(['directory d', 'regular-file b']);
      expect(await files.content('b')).toBe('A');
      await files.root.renameAt('b', files.root, 'b');
      await files.root.linkAt('b', false, files.root, 'c');
      await files.root.renameAt('b', files.root, 'c');
      expect(await names(files.root)).toEqual(['directory d', 'regular-file b', 'regular-file c']);
    });
    it('moves a directory over an empty one only, and never into itself', async () => {
      for (const path of ['a', 'b', 'b/c']) await files.root.createDirectoryAt(path);
      await files.put('f', '');
      expect(await codeOf(() => files.root.renameAt('a', files.root, 'b'))).toBe('not-empty');
      expect(await codeOf(() => files.root.renameAt('b', files.root, 'b/c/d'))).toBe('invalid');
      expect(await codeOf(() => files.root.renameAt('a', files.root, 'f'))).toBe('not-directory');
      expect(await codeOf(() => files.root.renameAt('f', files.root, 'a'))).toBe('is-directory');
      expect(await codeOf(() => files.root.renameAt('f', files.root, 'n/'))).toBe('not-directory');
      expect(await codeOf(() => files.root.renameAt('.', files.root, 'n'))).toBe('busy');
      expect(await codeOf(() => files.root.renameAt('missing', files.root, 'n'))).toBe('no-entry');
      await files.root.renameAt('b', files.root, 'a/');
      expect(await names(files.root)).toEqual(['directory a', 'regular-file f']);
      expect((await files.root.statAt('a', false)).linkCount).toBeGreaterThan(0n);
    });
    it('does not mix trees', async () => {
      const foreign = { ...files.root, kind: 'directory' } as unknown as FileHandle;
      await files.put('a', '');
      expect(await codeOf(() => files.root.renameAt('a', foreign, 'b'))).toBe('cross-device');
      expect(await codeOf(() => files.root.linkAt('a', false, foreign, 'b'))).toBe('cross-device');
    });
  });

  describe('handles and changes', () => {
    it('keeps a file that was unlinked while open', async () => {
      const file = await files.put('a', 'text');
      await files.root.unlinkAt('a');
      expect((await file.stat()).linkCount).toBe(0n);
      await file.append(bytesOf(' more'));
      expect(textOf(await file.read(20, 0n))).toBe('text more');
      await file.setSize(1n);
      expect((await file.stat()).size).toBe(1n);
      expect(await codeOf(() => files.root.statAt('a', false))).toBe('no-entry');
    });
    it.skipIf(!traits.followsRenames)('stays in a directory whose parent is renamed (followsRenames)', async () => {
      await files.root.createDirectoryAt('p');
      await files.root.createDirectoryAt('p/d');
      const sub = await files.open('p/d', {});
      await files.root.renameAt('p', files.root, 'q');
      await files.put('f', 'text', sub);
      expect(await files.content('q/d/f')).toBe('text');
    });
    it.skipIf(traits.followsRenames)('fails in a directory whose parent is renamed (not followsRenames)', async () => {
      await files.root.createDirectoryAt('p');
      await files.root.createDirectoryAt('p/d');
      const sub = await files.open('p/d', {});
      await files.root.renameAt('p', files.root, 'q');
      expect(await codeOf(() => sub.openAt('f', creating))).toBe('no-entry');
    });
    it('is not led away by a link put in place of its directory', async () => {
      await files.root.createDirectoryAt('d');
      await files.root.createDirectoryAt('other');
      const sub = await files.open('d', {});
      await files.root.renameAt('d', files.root, 'moved');
      await files.root.symlinkAt('other', 'd');
      expect(await codeOf(() => sub.openAt('f', creating))).toMatch(/none|no-entry/);
      expect(await names(await files.open('other', {}))).toEqual([]);
    });
    it('makes nothing in a directory that was removed', async () => {
      await files.root.createDirectoryAt('d');
      const sub = await files.open('d', {});
      await files.root.removeDirectoryAt('d');
      expect(await codeOf(() => sub.openAt('f', creating))).toBe('no-entry');
      expect(await codeOf(() => sub.createDirectoryAt('e'))).toBe('no-entry');
    });
  });

  describe('metadata', () => {
    it('tells objects apart and keeps their numbers', async () => {
      const file = await files.put('a', '');
      const before = await file.stat();
      await files.root.renameAt('a', files.root, 'b');
      const after = await files.root.statAt('b', false);
      expect([after.device, after.inode]).toEqual([before.device, before.inode]);
      expect((await files.root.stat()).inode).not.toBe(before.inode);
      expect((await files.root.statAt('.', false)).inode).toBe((await files.root.stat()).inode);
    });
    it('sets times, of links too', async () => {
      const file = await files.put('a', '');
      await files.root.symlinkAt('a', 'l');
      await files.root.setTimesAt('a', false, 42_000_000_000n, 69_500_000_000n);
      expect(await file.stat()).toMatchObject({ accessedNs: 42_000_000_000n, modifiedNs: 69_500_000_000n });
      await file.setTimes('keep', 7_000_000_000n);
      expect(await file.stat()).toMatchObject({ accessedNs: 42_000_000_000n, modifiedNs: 7_000_000_000n });
      await files.root.setTimesAt('l', false, 1_000_000_000n, 1_000_000_000n);
      expect((await file.stat()).modifiedNs).toBe(7_000_000_000n);
      expect((await files.root.statAt('l', false)).modifiedNs).toBe(1_000_000_000n);
      await files.root.setTimesAt('l', true, 'keep', 5_000_000_000n);
      expect((await file.stat()).modifiedNs).toBe(5_000_000_000n);
      await file.setTimes('now', 'keep');
      expect(Number((await file.stat()).accessedNs) / 1e6).toBeGreaterThan(Date.now() - 60_000);
      expect((await file.stat()).modifiedNs).toBe(5_000_000_000n);
      await files.root.setTimes(-1_500_000_000n, 3_000_000_000n);
      expect(await files.root.stat()).toMatchObject({ accessedNs: -1_500_000_000n, modifiedNs: 3_000_000_000n });
      expect(await codeOf(() => files.root.setTimesAt('missing', false, 'now', 'now'))).toBe('no-entry');
    });
    it('counts links of directories', async () => {
      await files.root.createDirectoryAt('d');
      expect((await files.root.statAt('d', false)).linkCount).toBeGreaterThan(0n);
    });
  });

  describe('read-only', () => {
    it('reads everything and changes nothing', async () => {
      await files.put('f', 'text');
      await files.root.createDirectoryAt('d');
      await files.root.symlinkAt('f', 'l');
      const reader = files.directory.open({ readOnly: true });
      files.keep(reader);
      expect(reader.flags.mutateDirectory).toBe(false);
      expect(await files.content('f', reader)).toBe('text');
      expect(await reader.readlinkAt('l')).toBe('f');
      const sub = await files.open('d', {}, reader);
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
        () => reader.linkAt('f', false, files.root, 'n'),
        () => files.root.linkAt('f', false, reader, 'n'),
        () => reader.renameAt('f', reader, 'n'),
        () => reader.renameAt('f', files.root, 'n'),
        () => files.root.renameAt('f', reader, 'n'),
        () => reader.setTimesAt('f', false, 'now', 'now'),
        () => reader.setTimes('now', 'now'),
        () => sub.createDirectoryAt('n'),
        () => sub.openAt('n', { create: true }),
      ];
      for (const change of changes) expect(await codeOf(change), change.toString()).toBe('read-only');
      const file = await files.open('f', {}, reader);
      expect(await codeOf(() => file.setTimes('now', 'now'))).toBe('read-only');
      expect(await codeOf(() => reader.unlinkAt('missing'))).toBe('no-entry');
      expect(await names(files.root)).toEqual(['directory d', 'regular-file f', 'symbolic-link l']);
    });
  });
}
