import type { Imports } from '../../../src/core/engine/engine.ts';
import { type Bytes, u32 } from '../../unit/engine-bytes.ts';
import type { Random } from '../random.ts';
import { type Encoding, options, valueType } from '../wasm/component.ts';
import { type CoreType, CoreWriter, op } from '../wasm/core.ts';
import { layoutOf, type Local, loadFlat, storeFlat } from './flat.ts';
import { encodings, Guest } from './routes.ts';
import { listOf } from './samples.ts';
import { numberKinds, print, randomShape, type Shape, simpler } from './shapes.ts';
import { type Load, outcomeOf, same } from './trip.ts';
import { type Pair, randomValue, show, Thing } from './values.ts';

/** Values of one type that a stream or a future carries into a guest, which gives them back as a list or a value, or the other way. */
export interface Carry {
  readonly kind: 'stream' | 'future';
  readonly shape: Shape;
  readonly into: boolean;
  readonly encoding: Encoding;
  /** Whether the host has a stream as an array, or as something that is asked again and again. */
  readonly as: 'array' | 'iterable' | 'chunks';
  readonly pairs: readonly Pair[];
}

const most = 4;

export function randomCarry(random: Random): Carry {
  const kind = random.pick(['stream', 'future'] as const);
  const made = randomShape(random, random.below(4));
  // There are no streams of characters.
  const shape: Shape = kind === 'stream' && made.kind === 'char' ? { kind: 'u8' } : made;
  const length = kind === 'future' ? 1 : random.below(most + 1);
  const as = random.pick(numberKinds.includes(shape.kind) ? (['array', 'iterable', 'chunks'] as const) : (['array', 'iterable'] as const));
  return { kind, shape, into: random.chance(0.5), encoding: random.pick(encodings), as, pairs: Array.from({ length }, () => randomValue(random, shape)) };
}

/** Moves the values. @throws if anything else arrives than was expected, or the engine fails */
export async function move({ kind, shape, into, encoding, as, pairs }: Carry, load: Load): Promise<void> {
  const component = await load(carrier(kind, shape, into, encoding));
  const instance = await component.instantiate({ thing: { Thing } } as unknown as Imports);
  const call = instance.exports['carry'] as (value: unknown) => unknown;
  const given = pairs.map((pair) => pair.given);
  const expected = listOf(
    shape,
    pairs.map((pair) => pair.expected),
  );
  if (kind === 'future') {
    const [one] = pairs;
    // Of what is promised nothing is unwrapped.
    const carried = into ? await outcomeOf(shape, () => call(Promise.resolve(one?.given))) : await call(one?.given);
    same('the value', one?.expected, carried);
  } else if (into) same('the list', expected, await call(streamOf(shape, given, as)));
  else {
    const items: unknown[] = [];
    for await (const item of (await call(given)) as AsyncIterable<unknown>) items.push(item);
    same('what the stream has', expected, listOf(shape, items));
  }
  await instance.idle?.();
  instance.dispose();
}

function streamOf(shape: Shape, items: readonly unknown[], as: Carry['as']): unknown {
  if (as === 'array') return items;
  return (async function* () {
    if (as === 'iterable') yield* items;
    else if (items.length > 0) yield listOf(shape, [...items]);
  })();
}

/** `carry: async func(stream<T>) -> list<T>` or the other way round, `carry: async func(future<T>) -> T` or the other way round. */
function carrier(kind: 'stream' | 'future', shape: Shape, into: boolean, encoding: Encoding): Uint8Array {
  const guest = new Guest();
  const { writer, memory, realloc } = guest;
  const value = valueType(guest.type(shape));
  const channel = writer.type([kind === 'stream' ? 0x66 : 0x65, 0x01, value]);
  const other = kind === 'stream' ? writer.type([0x70, value]) : guest.type(shape);
  const whole = { encoding, memory, realloc };
  const [create, read, write, dropReadable, dropWritable] =
    kind === 'stream' ? ([0x0e, 0x0f, 0x10, 0x13, 0x14] as const) : ([0x15, 0x16, 0x17, 0x1a, 0x1b] as const);
  const of = (opcode: number, rest: Bytes = []): number => writer.builtin([opcode, u32(channel), rest]);
  const core = new CoreWriter();
  // The operations are the ones that wait for their end.
  const given: [string, number][] = [
    ['new', of(create)],
    ['copy', of(into ? read : write, options(whole))],
    ['drop', of(into ? dropReadable : dropWritable)],
    ['realloc', realloc],
    ['task.return', writer.builtin([0x09, 0x00, valueType(into ? other : channel), options({ encoding, memory })])],
  ];
  if (kind === 'stream') (into ? listOfStream : streamOfList)(core, shape);
  else (into ? valueOfFuture : futureOfValue)(core, shape);
  const made = writer.coreInstance(writer.coreModule(core.finish()), { '': writer.coreBag([...given, ['memory', memory, 'memory']]) });
  const type = writer.func({ async: true, params: [['value', into ? channel : other]], result: into ? other : channel });
  const lift = into ? whole : { ...whole, async: true, callback: writer.coreFunc(made, 'callback') };
  writer.export('carry', 'func', writer.lift(writer.coreFunc(made, 'carry'), type, lift));
  return writer.finish();
}

interface Uses {
  readonly create: number;
  readonly copy: number;
  readonly drop: number;
  readonly realloc: number;
  readonly taskReturn: number;
}
function uses(core: CoreWriter, copied: readonly CoreType[], returned: readonly CoreType[]): Uses {
  const made = {
    create: core.import('', 'new', [], ['i64']),
    copy: core.import('', 'copy', copied, ['i32']),
    drop: core.import('', 'drop', ['i32'], []),
    realloc: core.import('', 'realloc', ['i32', 'i32', 'i32', 'i32'], ['i32']),
    taskReturn: core.import('', 'task.return', returned, []),
  };
  core.importMemory('', 'memory');
  return made;
}
const allocate = (use: Uses, size: number, align: number): Bytes => [
  op.i32const(0),
  op.i32const(0),
  op.i32const(align),
  op.i32const(size),
  op.call(use.realloc),
];
const neverCalledBack = (core: CoreWriter): void => void core.func(['i32', 'i32', 'i32'], ['i32'], [], [op.unreachable], 'callback');

/** Reads until the end, or until there is no more room. */
function listOfStream(core: CoreWriter, shape: Shape): void {
  const { size, align } = layoutOf(shape);
  const use = uses(core, ['i32', 'i32', 'i32'], ['i32', 'i32']);
  const [stream, buffer, count, packed, area] = [0, 1, 2, 3, 4];
  const read: Bytes = [
    [op.localGet(stream), op.localGet(buffer), op.localGet(count), op.i32const(size), op.i32mul, op.i32add],
    [op.i32const(most), op.localGet(count), op.i32sub, op.call(use.copy), op.localTee(packed)],
    [op.i32const(4), op.i32shrU, op.localGet(count), op.i32add, op.localSet(count)],
  ];
  const more: Bytes = [op.localGet(packed), op.i32const(15), op.i32and, op.i32eqz, op.localGet(count), op.i32const(most), op.i32ltU, op.i32and, op.brIf(0)];
  core.func(
    ['i32'],
    ['i32'],
    ['i32', 'i32', 'i32', 'i32'],
    [
      [allocate(use, most * size, align), op.localSet(buffer), op.loop, read, more, op.end, op.localGet(stream), op.call(use.drop)],
      [allocate(use, 8, 4), op.localTee(area), op.localGet(buffer), op.i32store(), op.localGet(area), op.localGet(count), op.i32store(4), op.localGet(area)],
    ],
    'carry',
  );
}

/** Gives the readable end away and writes until all is taken, or nobody reads any more. */
function streamOfList(core: CoreWriter, shape: Shape): void {
  const { size } = layoutOf(shape);
  const use = uses(core, ['i32', 'i32', 'i32'], ['i32']);
  const [pointer, length, ends, writable, packed, count] = [0, 1, 2, 3, 4, 5];
  const write: Bytes = [
    [op.localGet(writable), op.localGet(pointer), op.localGet(count), op.i32const(size), op.i32mul, op.i32add],
    [op.localGet(length), op.localGet(count), op.i32sub, op.call(use.copy), op.localTee(packed)],
    [op.i32const(4), op.i32shrU, op.localGet(count), op.i32add, op.localSet(count)],
  ];
  const more: Bytes = [op.localGet(packed), op.i32const(15), op.i32and, op.i32eqz, op.localGet(count), op.localGet(length), op.i32ltU, op.i32and, op.brIf(0)];
  core.func(
    ['i32', 'i32'],
    ['i32'],
    ['i64', 'i32', 'i32', 'i32'],
    [
      [op.call(use.create), op.localTee(ends), op.i64const(32), op.i64shrU, op.i32wrap, op.localSet(writable)],
      [op.localGet(ends), op.i32wrap, op.call(use.taskReturn)],
      [op.localGet(length), op.if, op.loop, write, more, op.end, op.end, op.localGet(writable), op.call(use.drop), op.i32const(0)],
    ],
    'carry',
  );
  neverCalledBack(core);
}

function valueOfFuture(core: CoreWriter, shape: Shape): void {
  const { size, align, flat } = layoutOf(shape);
  const use = uses(core, ['i32', 'i32'], flat.length > 16 ? ['i32'] : flat);
  const [future, area] = [0, 1];
  const locals = flat.map((type, index): Local => ({ index: 2 + index, type }));
  const give: Bytes = flat.length > 1 ? op.localGet(area) : [loadFlat(shape, area, 0, locals), op.localGet(2)];
  const read: Bytes = [op.localGet(future), op.localGet(area), op.call(use.copy), op.if, op.unreachable, op.end, op.localGet(future), op.call(use.drop)];
  core.func(['i32'], flat.length > 1 ? ['i32'] : flat, ['i32', ...flat], [allocate(use, size, align), op.localSet(area), read, give], 'carry');
}

function futureOfValue(core: CoreWriter, shape: Shape): void {
  const { size, align, flat } = layoutOf(shape);
  const use = uses(core, ['i32', 'i32'], ['i32']);
  const spilled = flat.length > 16;
  const params: readonly CoreType[] = spilled ? ['i32'] : flat;
  const [area, ends, writable] = [params.length, params.length + 1, params.length + 2];
  const locals = params.map((type, index): Local => ({ index, type }));
  const gather: Bytes = spilled ? [op.localGet(0), op.localSet(area)] : [allocate(use, size, align), op.localSet(area), storeFlat(shape, area, 0, locals)];
  core.func(
    params,
    ['i32'],
    ['i32', 'i64', 'i32'],
    [
      [gather, op.call(use.create), op.localTee(ends), op.i64const(32), op.i64shrU, op.i32wrap, op.localSet(writable)],
      [op.localGet(ends), op.i32wrap, op.call(use.taskReturn)],
      [op.localGet(writable), op.localGet(area), op.call(use.copy), op.drop, op.localGet(writable), op.call(use.drop), op.i32const(0)],
    ],
    'carry',
  );
  neverCalledBack(core);
}

export function describeCarry({ pairs, shape, ...rest }: Carry): string {
  return `${JSON.stringify(rest)}\n  ${print(shape)}\n    = ${pairs.map(({ given }) => show(given)).join(', ')}`;
}

/** The same with simpler types, each with values of its own. */
export function simplerCarries(carry: Carry, random: Random): Carry[] {
  const shapes = simpler(carry.shape).filter(({ kind }) => carry.kind === 'future' || kind !== 'char');
  return shapes.map((shape) => ({ ...carry, as: carry.as === 'chunks' ? 'array' : carry.as, shape, pairs: carry.pairs.map(() => randomValue(random, shape)) }));
}
