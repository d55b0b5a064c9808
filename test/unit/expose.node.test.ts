import { expect, test } from 'vitest';
import { exposeModule } from '../../src/core/engine/core/expose.ts';
import { code } from '../../src/platform/node/code.ts';
import { type Bytes, flat, name, raw, section, vec } from './engine-bytes.ts';

/** Node's own types have no instances. */
const { Instance } = (globalThis as unknown as { WebAssembly: { Instance: new (module: WebAssembly.Module) => { exports: Record<string, unknown> } } })
  .WebAssembly;

const coreModule = (...sections: Bytes[]): Uint8Array<ArrayBuffer> => Uint8Array.from(flat([[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], ...sections]));

/** `(type (struct (field i32)))` */
const struct: Bytes = section(1, [0x5f, vec([0x7f, 0x00])]);

test('globals that begin with any constant expression are passed over, and the mutable ones exported', async () => {
  const module = coreModule(
    struct,
    section(
      6,
      // A reference to a struct made of a constant, a sum, a vector, a null and a mutable number.
      [0x64, 0x00, 0x00, 0x41, 0x07, 0xfb, 0x00, 0x00, 0x0b],
      [0x7f, 0x00, 0x41, 0x01, 0x41, 0x02, 0x6a, 0x0b],
      [0x7b, 0x00, 0xfd, 0x0c, ...Array.from({ length: 16 }, () => 0x0b), 0x0b],
      [0x63, 0x00, 0x00, 0xd0, 0x00, 0x0b],
      [0x7e, 0x01, 0x42, 0x7f, 0x0b],
    ),
    section(7, [name('n'), 0x03, 0x01]),
  );
  const { bytes, state } = exposeModule(module);
  expect(state).toEqual({ memories: [], tables: [], globals: ['hostling:globals:4'], complete: true, changesTables: false });
  const { exports: rewritten } = new Instance(await code.compile(bytes as Uint8Array<ArrayBuffer>));
  expect(Object.keys(rewritten)).toEqual(['n', 'hostling:globals:4']);
  expect((rewritten['hostling:globals:4'] as { value: bigint }).value).toBe(-1n);
});

test('debug information is left out, other sections of that kind are not', () => {
  const custom = (text: string): Bytes => raw(0, [name(text), 1, 2, 3]);
  const { bytes } = exposeModule(coreModule(custom('.debug_info'), section(5, [0, 1]), custom('name'), custom('.debug_str'), custom('producers')));
  const exposed = section(7, [name('hostling:memories:0'), 0x02, 0x00]);
  expect([...bytes]).toEqual([...coreModule(section(5, [0, 1]), custom('name'), custom('producers'), exposed)]);
});
