import { describe, expect, test } from 'vitest';
import { chooseEngine, type EngineName } from '../../src/core/engine/choose.ts';
import type { BundledComponent } from '../../src/core/engine/engine.ts';

const choose = (name: EngineName): ReturnType<typeof chooseEngine> =>
  chooseEngine(
    name,
    (callback) => void setTimeout(callback, 0),
    () => Promise.reject(new Error('nothing is prepared here')),
  );

describe('a bundled component that jco prepared', () => {
  const bundle: BundledComponent = { engine: choose('jco').id, digest: '', interface: { imports: [], exports: [] }, code: () => ({}), modules: {} };

  test.each(['hostling', 'jco'] as const)('is refused with limits on a host with the engine %s: nobody would keep them', (name) => {
    expect(() => choose(name).adopt(bundle, { tasks: 1 })).toThrow(/cannot keep limits; leave that out or use hostling's own engine$/);
    expect(choose(name).adopt(bundle, {})).toMatchObject({ digest: '' });
  });
});
