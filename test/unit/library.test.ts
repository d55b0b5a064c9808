import { expect, test } from 'vitest';
import type { Artifact, Engine } from '../../src/core/engine/engine.ts';
import { createLibrary } from '../../src/core/engine/library.ts';
import { createRecordingLog } from '../../src/platform/memory/log.ts';
import { component } from './engine-bytes.ts';
import { until } from '../lib/until.ts';

test('a store that fails is a warning, once, and costs nothing else', async () => {
  const artifact: Artifact = { engine: 'test', digest: '', interface: { imports: [], exports: [] }, source: '', modules: {} };
  const engine = { id: 'test', prepare: async () => artifact } as unknown as Engine;
  const log = createRecordingLog();
  let failed = 0;
  const fail = (): Promise<never> => {
    failed++;
    return Promise.reject(new Error('the disk is gone'));
  };
  const library = createLibrary({ engine, suspends: () => false, suspendsVersion: '', log, store: { read: fail, write: fail } });
  expect(await library.artifact(component())).toBe(artifact);
  expect(await library.artifact(component())).toBe(artifact);
  await until(() => failed === 4, 'two reads and two writes have failed');
  expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual(['warn the store of prepared components cannot be read: the disk is gone']);
});
