import { describe, expect, test } from 'vitest';
import { createCodecs } from '../../src/core/engine/abi/codecs.ts';
import type { CoreValue } from '../../src/core/engine/abi/context.ts';
import { createSignature } from '../../src/core/engine/abi/functions.ts';
import type { TypeDef } from '../../src/core/engine/plan/plan.ts';
import { Random } from '../lib/random.ts';
import { randomType, randomValue } from './abi-random.ts';
import { referenceLayout, referenceLift, referenceLoad } from './abi-reference.ts';
import { addType, FakeContext, option, record, string } from './abi-support.ts';

const seeds = Array.from({ length: 16 }, (_, i) => i * 7919 + 1);
const perSeed = 40;

describe.each(seeds)('random types, seed %i', (seed) => {
  const random = new Random(seed);
  const types: TypeDef[] = [];
  const cases = Array.from({ length: perSeed }, () => {
    const tree = randomType(random, 4);
    return { tree, index: addType(types, tree), ...randomValue(random, tree) };
  });
  const codecs = createCodecs(types);
  const wide = createCodecs(types, { memory64: true });

  test('have the size, alignment and core types of the reference', () => {
    for (const { tree, index } of cases) {
      const { size, align, flat } = codecs(index);
      expect({ size, align, flat }).toEqual(referenceLayout(tree));
    }
  });

  test('what is stored is loaded again, whatever the encoding', () => {
    for (const encoding of ['utf8', 'utf16', 'latin1+utf16'] as const) {
      for (const { index, value } of cases) {
        const cx = new FakeContext({ encoding, growEvery: 2 });
        const codec = codecs(index);
        const pointer = cx.place(codec.align, codec.size);
        codec.store(cx, value, pointer);
        expect(codec.load(cx, pointer)).toStrictEqual(value);
      }
    }
  });

  test('what is lowered is lifted again', () => {
    for (const { index, value } of cases) {
      const cx = new FakeContext({ growEvery: 2 });
      const codec = codecs(index);
      const values: CoreValue[] = [99];
      codec.lower(cx, value, values);
      expect(values.length).toBe(codec.flat.length + 1);
      expect(codec.lift(cx, values, 1)).toStrictEqual(value);
    }
  });

  test('the reference reads what was stored', () => {
    for (const { tree, index, value, neutral } of cases) {
      const cx = new FakeContext({ growEvery: 3 });
      const codec = codecs(index);
      const pointer = cx.place(codec.align, codec.size);
      codec.store(cx, value, pointer);
      expect(referenceLoad(cx.memory.bytes, tree, pointer)).toStrictEqual(neutral);
    }
  });

  test('the reference lifts what was lowered', () => {
    for (const { tree, index, value, neutral } of cases) {
      const cx = new FakeContext({ growEvery: 3 });
      const values: CoreValue[] = [];
      codecs(index).lower(cx, value, values);
      expect(referenceLift(cx.memory.bytes, tree, values)).toStrictEqual(neutral);
    }
  });

  test('what is lifted for another guest is lowered there', () => {
    const between = createCodecs(types, { guests: true });
    for (const { index, value } of cases) {
      const source = new FakeContext({ encoding: 'utf16' });
      const target = new FakeContext({ encoding: 'utf8', growEvery: 1 });
      const values: CoreValue[] = [];
      codecs(index).lower(source, value, values);
      const { size, align } = codecs(index);
      const pointer = target.place(align, size);
      between(index).store(target, between(index).lift(source, values, 0), pointer);
      expect(codecs(index).load(target, pointer)).toStrictEqual(value);
    }
  });

  test('64-bit memories have the same values', () => {
    for (const { index, value } of cases) {
      const cx = new FakeContext({ encoding: 'latin1+utf16', growEvery: 2 });
      const codec = wide(index);
      const pointer = cx.place(codec.align, codec.size);
      codec.store(cx, value, pointer);
      expect(codec.load(cx, pointer)).toStrictEqual(value);
      const values: CoreValue[] = [];
      codec.lower(cx, value, values);
      expect(codec.lift(cx, values, 0)).toStrictEqual(value);
      expect(values.map((core) => typeof core === 'bigint')).toEqual(codec.flat.map((type) => type === 'i64'));
    }
  });

  test('calls carry them both ways', () => {
    for (let from = 0; from + 4 <= cases.length; from += 4) {
      const some = cases.slice(from, from + 4);
      const func = { async: false, params: some.map(({ index }, i) => ({ name: `p${i}`, type: index })), result: some[0]?.index as number };
      const args = some.map(({ value }) => value);
      const cx = new FakeContext({ growEvery: 2 });
      for (const use of ['lower', 'async-lower'] as const) {
        const lift = createSignature(codecs, func, 'lift');
        const lower = createSignature(codecs, func, use);
        const flat = lift.lowerParams(cx, args);
        expect(flat.length).toBe(lift.params.length);
        const spilled = lower.params.length - (lower.outPointer === undefined ? 0 : 1) !== flat.length;
        if (!spilled) expect(lower.liftParams(cx, flat)).toStrictEqual(args);
        const { size, align } = codecs(func.result);
        const out = lower.outPointer === undefined ? undefined : cx.place(align, size);
        const core = lower.lowerResult(cx, args[0], out);
        if (use === 'lower') expect(lift.liftResult(cx, core ?? out)).toStrictEqual(args[0]);
        else expect(codecs(func.result).load(cx, out as number)).toStrictEqual(args[0]);
      }
    }
  });
});

test('what every object inherits is no field of a record and no flag', () => {
  const types: TypeDef[] = [];
  const lacking = addType(types, record({ constructor: option(string), 'to-string': option(string) }));
  const unset = addType(types, { kind: 'flags', names: ['value-of', 'constructor', 'b'] });
  const codecs = createCodecs(types);
  const cx = new FakeContext();
  const [fields, bits]: [CoreValue[], CoreValue[]] = [[], []];
  codecs(lacking).lower(cx, {}, fields);
  expect(codecs(lacking).lift(cx, fields, 0)).toStrictEqual({ constructor: undefined, toString: undefined });
  codecs(unset).lower(cx, { b: true }, bits);
  expect(bits).toEqual([4]);
});
