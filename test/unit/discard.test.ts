import { expect, test } from 'vitest';
import { discard } from '../../src/core/engine/runtime/direct.ts';

test('a result that nobody takes: all that can be let go of in it is, what only the host has is not looked into', () => {
  const gone: string[] = [];
  const held = (name: string): Disposable => ({ [Symbol.dispose]: () => gone.push(name) });
  class Opaque {
    readonly self = this;
    readonly inner = held('inside a class of the host');
  }
  discard({
    tag: 'ok',
    val: { list: [held('first'), undefined, 'text', 1n], pairs: new Map([['key', held('second')]]), bytes: Uint8Array.of(1), own: new Opaque() },
  });
  expect(gone).toEqual(['first', 'second']);
});
