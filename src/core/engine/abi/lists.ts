import { within } from '../failure-place.ts';
import type { AbiContext, Codec, FlatType } from './context.ts';
import { type Elements, listOf } from './elements.ts';
import { allocate, checkContent, mostBytes, type Pointers, spend } from './pointers.ts';
import { misfit } from './value-error.ts';

/** A type that is a pointer and a count of elements: `load` and `store` do what is at the pointer. */
function rangeCodec(pointers: Pointers, elements: Elements, load: Elements['load'], entriesOf: (value: unknown) => ArrayLike<unknown>): Codec {
  const { size, align } = elements;

  function take(cx: AbiContext, pointer: number, count: number): unknown {
    checkContent(cx, pointer, align, count * size, 'list');
    spend(cx, count * elements.cost);
    return load(cx, pointer, count);
  }

  /** Puts the elements where the guest wants them. The guest is asked also when there are none. */
  function put(cx: AbiContext, values: ArrayLike<unknown>): number {
    const bytes = values.length * size;
    if (bytes > mostBytes) misfit(`list of at most ${mostBytes} bytes`, values);
    const pointer = allocate(cx, align, bytes, 'list');
    elements.store(cx, values, pointer, 0, values.length);
    return pointer;
  }

  return {
    size: 2 * pointers.size,
    align: pointers.size,
    flat: [pointers.flat, pointers.flat],
    load: (cx, pointer) => {
      const { view } = cx.memory;
      return take(cx, pointers.load(view, pointer), pointers.load(view, pointer + pointers.size));
    },
    store: (cx, value, pointer) => {
      const values = entriesOf(value);
      const at = put(cx, values);
      const { view } = cx.memory;
      pointers.store(view, pointer, at);
      pointers.store(view, pointer + pointers.size, values.length);
    },
    lift: (cx, core, at) => take(cx, pointers.fromCore(core[at]), pointers.fromCore(core[at + 1])),
    lower: (cx, value, core) => {
      const values = entriesOf(value);
      core.push(pointers.toCore(put(cx, values)), pointers.toCore(values.length));
    },
  };
}

/** The codec of `list<T>`. */
export function listCodec(pointers: Pointers, elements: Elements): Codec {
  return rangeCodec(pointers, elements, elements.load, (value) => listOf(value, 'list'));
}

/**
 * The codec of `map<K, V>`, which is a list of pairs. A host has it as `Map`, where of equal keys the last one counts; lifted for another
 * guest (`guests`) it stays an array of pairs, so that nothing is lost. Both are lowered.
 */
export function mapCodec(pointers: Pointers, pairs: Elements, guests: boolean): Codec {
  const load = guests
    ? pairs.load
    : (cx: AbiContext, pointer: number, count: number): unknown => new Map(pairs.load(cx, pointer, count) as [unknown, unknown][]);
  return rangeCodec(pointers, pairs, load, (value) => (value instanceof Map ? [...value] : Array.isArray(value) ? value : misfit('map as Map', value)));
}

/** The codec of a list of fixed length, which lies where it is used. */
export function fixedListCodec(element: Codec, elements: Elements, length: number): Codec {
  const flat: FlatType[] = [];
  for (let i = 0; i < length; i++) flat.push(...element.flat);
  const width = element.flat.length;

  function valuesOf(value: unknown): ArrayLike<unknown> {
    const values = listOf(value, `list of ${length}`);
    if (values.length !== length) misfit(`list of ${length}`, value);
    return values;
  }

  return {
    size: length * element.size,
    align: element.align,
    flat,
    // An array also of numbers, as jco has it.
    load: (cx, pointer) => {
      spend(cx, length * elements.cost);
      const values = elements.load(cx, pointer, length);
      return Array.isArray(values) ? values : Array.from(values as ArrayLike<unknown>);
    },
    store: (cx, value, pointer) => elements.store(cx, valuesOf(value), pointer, 0, length),
    lift: (cx, core, at) => {
      const values = Array<unknown>(length);
      for (let i = 0; i < length; i++) values[i] = element.lift(cx, core, at + i * width);
      return values;
    },
    lower: (cx, value, core) => {
      const values = valuesOf(value);
      let i = 0;
      try {
        for (; i < length; i++) element.lower(cx, values[i], core);
      } catch (error) {
        throw within(error, `[${i}]`);
      }
    },
  };
}
