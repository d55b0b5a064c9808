import { describe } from 'vitest';
import { dataCases } from './files-data.cases.ts';
import { treeCases } from './files-tree.cases.ts';
import { FilesHarness, type FilesTraits, type FilesUnderTest } from './files.harness.ts';

/** Every rule of the files port, for one implementation of it. */
export function filesSuite(name: string, make: () => Promise<FilesUnderTest>, traits: FilesTraits): void {
  describe(`files: ${name}`, () => {
    const files = new FilesHarness(make);
    dataCases(files, traits);
    treeCases(files, traits);
  });
}
