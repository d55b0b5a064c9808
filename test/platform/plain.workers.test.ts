import bundles from '#bundles';
import { describe, expect, test } from 'vitest';

const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

describe('a plain Worker', () => {
  test('compiles nothing at run time', async () => {
    await expect(WebAssembly.instantiate(emptyModule)).rejects.toThrow(/disallowed/);
  });

  test('runs components as our engine prepared them', async () => {
    for (const [name, load] of Object.entries(bundles)) {
      const { engine, code, modules } = (await load()).default;
      expect(engine, name).toMatch(/^hostling-/);
      // Data alone: a plan, and core modules that the Worker was deployed with.
      expect(JSON.parse(JSON.stringify(code)), name).toEqual(code);
      for (const module of Object.values(modules)) expect(module, name).toBeInstanceOf(WebAssembly.Module);
    }
  });
});
