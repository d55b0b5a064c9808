import { type Bytes, u32 } from '../../unit/engine-bytes.ts';
import { ComponentWriter, type FunctionShape, options, type ValueType, valueType } from './component.ts';
import { type CoreType, CoreWriter, op } from './core.ts';

/*
 * A puppet is a component that does what its host says: whichever of its functions is called asks `next` what to do, does it, tells `next` the
 * result and asks again, until it is told to end. Every built-in of the component model is something that it can be told. Three puppets are
 * instantiated in a row, `p0` to `p2`; each can call the functions of the next one, the last one those of the host.
 */

/** Of what the streams and futures are. */
export const elementTypes = ['none', 'u8', 'u32', 'string', 'tuple'] as const;
export type ElementType = (typeof elementTypes)[number];
/** `tuple` is `tuple<u8, string, u64>`. */
export const elementSizes: Readonly<Record<ElementType, number>> = { none: 0, u8: 1, u32: 4, string: 8, tuple: 24 };

export const puppets = ['p0', 'p1', 'p2'] as const;
export const hostInterface = 'test:puppet/host';
export const childInterface = 'test:puppet/child';

/** What `next` is told first of all: that a call began, or the result of what it said last. Events have their own codes, 0 to 6. */
export const began = 101;
export const did = 100;

type Signature = readonly [params: readonly CoreType[], results: readonly CoreType[]];
const signatures = {
  nothing: [[], []],
  give: [[], ['i32']],
  giveBoth: [[], ['i64']],
  take: [['i32'], []],
  ask: [['i32'], ['i32']],
  takeTwo: [['i32', 'i32'], []],
  askTwo: [['i32', 'i32'], ['i32']],
  askThree: [['i32', 'i32', 'i32'], ['i32']],
} as const satisfies Record<string, Signature>;
type SignatureName = keyof typeof signatures;
const signatureNames = Object.keys(signatures) as SignatureName[];

/** Told instead of a function: the call returns this number, a callback code for tasks. */
const endGroup = 15;

const simple = {
  'task.cancel': 'nothing',
  'backpressure.inc': 'nothing',
  'backpressure.dec': 'nothing',
  'waitable-set.new': 'give',
  'thread.yield': 'give',
  'context.get': 'give',
  'context.set': 'take',
  'task.return': 'take',
  'waitable-set.drop': 'take',
  'subtask.drop': 'take',
  'subtask.cancel': 'ask',
  'subtask.cancel-async': 'ask',
  'waitable.join': 'takeTwo',
  'waitable-set.wait': 'askTwo',
  'waitable-set.poll': 'askTwo',
  'child.run': 'take',
  'child.task': 'askTwo',
  'child.task-sync': 'ask',
  'child.stack': 'askTwo',
  'child.stack-sync': 'ask',
} as const satisfies Record<string, SignatureName>;

/** What the core module does by itself, with its memory. */
const own = { load: 'ask', store: 'takeTwo' } as const satisfies Record<string, SignatureName>;

const copies = {
  new: 'giveBoth',
  'cancel-read': 'ask',
  'cancel-write': 'ask',
  'drop-readable': 'take',
  'drop-writable': 'take',
} as const satisfies Record<string, SignatureName>;
const streamCopies = { ...copies, read: 'askThree', write: 'askThree' } as const;
const futureCopies = { ...copies, read: 'askTwo', write: 'askTwo' } as const;

/** Something a puppet can be told to do: `stream.read/u8`. */
export type Deed =
  | keyof typeof simple
  | keyof typeof own
  | `stream.${keyof typeof streamCopies}/${ElementType}`
  | `future.${keyof typeof futureCopies}/${ElementType}`;

const deeds = new Map<string, SignatureName>([
  ...Object.entries(simple),
  ...elementTypes.flatMap((type) => [
    ...Object.entries(streamCopies).map(([name, signature]) => [`stream.${name}/${type}`, signature] as const),
    ...Object.entries(futureCopies).map(([name, signature]) => [`future.${name}/${type}`, signature] as const),
  ]),
  ...Object.entries(own),
]);
const deedIndices = new Map([...deeds.keys()].map((deed, index) => [deed, index]));

/** What `next` answers: do this. Arguments are below 2^16, 2^20 and 2^16. */
export function command(deed: Deed, x = 0, y = 0, z = 0): bigint {
  const signature = deeds.get(deed);
  if (signature === undefined) throw new Error(`a puppet cannot do ${deed}`);
  return BigInt(deedIndices.get(deed) ?? 0) | (BigInt(signatureNames.indexOf(signature)) << 8n) | (BigInt(x) << 12n) | (BigInt(y) << 28n) | (BigInt(z) << 48n);
}

/** What `next` answers: end with this number. */
export function end(value = 0): bigint {
  return (BigInt(endGroup) << 8n) | (BigInt(value >>> 0) << 12n);
}

/** Where a puppet's own memory ends and its allocator's begins; what the host gives is below. */
export const heapBase = 0x80000;
const heapEnd = 0x100000;
const returnArea = 8;

const childFunctions: Readonly<Record<string, FunctionShape>> = {
  run: { params: [['id', 'u32']] },
  task: { async: true, params: [['id', 'u32']], result: 'u32' },
  stack: { async: true, params: [['id', 'u32']], result: 'u32' },
};
const hostFunctions: Readonly<Record<string, FunctionShape>> = {
  next: {
    params: [
      ['id', 'u32'],
      ['code', 'u32'],
      ['first', 'u32'],
      ['second', 'u32'],
    ],
    result: 'u64',
  },
};

/** `drive`: asks and does until it is told to end. Locals: id, code, first, second; command, function, group, x, y, z, both. */
function driveBody(next: number, types: readonly number[]): Bytes {
  const [code, first, second, said, func, group, x, y, z, both] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;
  const bits = (shift: number, mask: number, into: number): Bytes => [
    op.localGet(said),
    op.i64const(shift),
    op.i64shrU,
    op.i32wrap,
    mask === -1 ? [] : [op.i32const(mask), op.i32and],
    op.localSet(into),
  ];
  const args = [op.localGet(x), op.localGet(y), op.localGet(z)];
  const groups = signatureNames.map((name, index): Bytes => {
    const [params, results] = signatures[name] as Signature;
    const keep: Bytes =
      results[0] === 'i64'
        ? [op.localTee(both), op.i32wrap, op.localSet(first), op.localGet(both), op.i64const(32), op.i64shrU, op.i32wrap, op.localSet(second)]
        : results[0] === 'i32'
          ? op.localSet(first)
          : [];
    return [
      op.localGet(group),
      op.i32const(index),
      op.i32eq,
      op.if,
      args.slice(0, params.length),
      op.localGet(func),
      op.callIndirect(types[index] as number),
      keep,
      op.br(1),
      op.end,
    ];
  });
  return [
    op.loop,
    [0, code, first, second].map((local) => op.localGet(local)),
    op.call(next),
    op.localSet(said),
    bits(0, 0xff, func),
    bits(8, 0xf, group),
    [op.localGet(group), op.i32const(endGroup), op.i32eq, op.if, bits(12, -1, x), op.localGet(x), op.return, op.end],
    bits(12, 0xffff, x),
    bits(28, 0xfffff, y),
    bits(48, 0xffff, z),
    [op.i32const(did), op.localSet(code), op.i32const(0), op.localSet(first), op.i32const(0), op.localSet(second)],
    groups,
    op.unreachable,
    op.end,
    op.unreachable,
  ];
}

/** The core module: `memory`, `realloc` and the functions that are lifted. */
function puppetModule(): Bytes {
  const core = new CoreWriter();
  const next = core.import('', 'next', ['i32', 'i32', 'i32', 'i32'], ['i64']);
  for (const [deed, signature] of deeds) {
    const [params, results] = signatures[signature] as Signature;
    if (!Object.hasOwn(own, deed)) core.element(core.import('', deed, params, results));
  }
  core.importMemory('', 'memory');
  core.element(core.func(['i32'], ['i32'], [], [op.localGet(0), op.i32load()]));
  core.element(core.func(['i32', 'i32'], [], [], [op.localGet(0), op.localGet(1), op.i32store()]));
  const types = signatureNames.map((name) => core.type(signatures[name][0], signatures[name][1]));
  const drive = core.func(['i32', 'i32', 'i32', 'i32'], ['i32'], ['i64', 'i32', 'i32', 'i32', 'i32', 'i32', 'i64'], driveBody(next, types));
  const start: Bytes = [op.localGet(0), op.i32const(began), op.i32const(0), op.i32const(0), op.call(drive)];
  const contextGet = deedIndices.get('context.get') ?? 0;
  const contextSet = deedIndices.get('context.set') ?? 0;
  core.func(['i32'], [], [], [start, op.drop], 'run');
  core.func(['i32'], ['i32'], [], start, 'stack');
  core.func(['i32'], ['i32'], [], [op.localGet(0), op.call(contextSet + 1), start], 'task');
  core.func(['i32', 'i32', 'i32'], ['i32'], [], [op.call(contextGet + 1), op.localGet(0), op.localGet(1), op.localGet(2), op.call(drive)], 'callback');
  core.func(['i32'], ['i32'], [], op.localGet(0), 'same');
  core.func(['i32', 'i32', 'i32'], [], [], [op.localGet(0), op.localGet(1), op.localGet(2), op.memoryCopy], 'poke');
  core.func(
    ['i32', 'i32'],
    ['i32'],
    [],
    [op.i32const(returnArea), op.localGet(0), op.i32store(), op.i32const(returnArea), op.localGet(1), op.i32store(4), op.i32const(returnArea)],
    'peek',
  );
  return core.finish();
}

/** A memory and an allocator that begins anew when it comes to the end: nothing that it gives is kept for long. */
function memoryModule(): Bytes {
  const core = new CoreWriter();
  core.memory(heapEnd / 65_536);
  const at = core.global(heapBase);
  const [align, size, place] = [2, 3, 4];
  core.func(
    ['i32', 'i32', 'i32', 'i32'],
    ['i32'],
    ['i32'],
    [
      [op.globalGet(at), op.localGet(align), op.i32add, op.i32const(1), op.i32sub],
      [op.i32const(0), op.localGet(align), op.i32sub, op.i32and, op.localTee(place)],
      [op.localGet(size), op.i32add, op.i32const(heapEnd), op.i32gtU, op.if, op.i32const(heapBase), op.localSet(place), op.end],
      [op.localGet(place), op.localGet(size), op.i32add, op.globalSet(at), op.localGet(place)],
    ],
    'realloc',
  );
  return core.finish();
}

function puppet(): ComponentWriter {
  const writer = new ComponentWriter();
  const tuple = writer.type([0x6f, [3, valueType('u8'), valueType('string'), valueType('u64')]]);
  const elements: Readonly<Record<ElementType, ValueType | undefined>> = { none: undefined, u8: 'u8', u32: 'u32', string: 'string', tuple };
  const host = writer.importInstance('host', writer.functionsType(hostFunctions));
  const child = writer.importInstance('child', writer.functionsType(childFunctions));

  const libc = writer.coreInstance(writer.coreModule(memoryModule()), {});
  const memory = writer.coreMemory(libc);
  const realloc = writer.coreFunc(libc, 'realloc');
  const whole = { memory, realloc, async: true };

  const channels = Object.fromEntries(
    elementTypes.map((type) => {
      const element = elements[type];
      const define = (opcode: number): number => writer.type([opcode, element === undefined ? 0x00 : [0x01, valueType(element)]]);
      return [type, { stream: define(0x66), future: define(0x65) }] as const;
    }),
  );
  const childFunc = (name: string): number => writer.alias('func', child, name);
  const builtins: Record<keyof typeof simple, () => number> = {
    'task.cancel': () => writer.builtin([0x05]),
    'backpressure.inc': () => writer.builtin([0x24]),
    'backpressure.dec': () => writer.builtin([0x25]),
    'waitable-set.new': () => writer.builtin([0x1f]),
    'thread.yield': () => writer.builtin([0x0c, 0x00]),
    'context.get': () => writer.builtin([0x0a, 0x7f, 0x00]),
    'context.set': () => writer.builtin([0x0b, 0x7f, 0x00]),
    'task.return': () => writer.builtin([0x09, 0x00, valueType('u32'), options({ memory })]),
    'waitable-set.drop': () => writer.builtin([0x22]),
    'subtask.drop': () => writer.builtin([0x0d]),
    'subtask.cancel': () => writer.builtin([0x06, 0x00]),
    'subtask.cancel-async': () => writer.builtin([0x06, 0x01]),
    'waitable.join': () => writer.builtin([0x23]),
    'waitable-set.wait': () => writer.builtin([0x20, 0x00, u32(memory)]),
    'waitable-set.poll': () => writer.builtin([0x21, 0x00, u32(memory)]),
    'child.run': () => writer.lower(childFunc('run'), {}),
    'child.task': () => writer.lower(childFunc('task'), { memory, async: true }),
    'child.task-sync': () => writer.lower(childFunc('task'), {}),
    'child.stack': () => writer.lower(childFunc('stack'), { memory, async: true }),
    'child.stack-sync': () => writer.lower(childFunc('stack'), {}),
  };
  const opcodes = {
    stream: { new: 0x0e, read: 0x0f, write: 0x10, 'cancel-read': 0x11, 'cancel-write': 0x12, 'drop-readable': 0x13, 'drop-writable': 0x14 },
    future: { new: 0x15, read: 0x16, write: 0x17, 'cancel-read': 0x18, 'cancel-write': 0x19, 'drop-readable': 0x1a, 'drop-writable': 0x1b },
  } as const;
  const channelBuiltin = (deed: string): number => {
    const [, kind, name, type] = /^(stream|future)\.([a-z-]+)\/(.+)$/.exec(deed) as unknown as [
      string,
      'stream' | 'future',
      keyof typeof streamCopies,
      ElementType,
    ];
    const rest: Bytes = name === 'read' || name === 'write' ? options(whole) : name.startsWith('cancel') ? [0x00] : [];
    return writer.builtin([opcodes[kind][name], u32(channels[type]?.[kind] ?? 0), rest]);
  };
  const imported = [...deeds.keys()].filter((deed) => !Object.hasOwn(own, deed));
  const given = imported.map((deed) => [deed, Object.hasOwn(builtins, deed) ? builtins[deed as keyof typeof simple]() : channelBuiltin(deed)] as const);
  const next = writer.lower(writer.alias('func', host, 'next'), {});
  const core = writer.coreInstance(writer.coreModule(puppetModule()), { '': writer.coreBag([['next', next], ['memory', memory, 'memory'], ...given]) });

  const same = writer.coreFunc(core, 'same');
  const lift = (name: string, shape: FunctionShape, given: Parameters<ComponentWriter['lift']>[2], from = writer.coreFunc(core, name)): void => {
    writer.export(name, 'func', writer.lift(from, writer.func(shape), given));
  };
  lift('run', childFunctions['run'] ?? {}, {});
  lift('stack', childFunctions['stack'] ?? {}, { memory });
  lift('task', childFunctions['task'] ?? {}, { memory, async: true, callback: writer.coreFunc(core, 'callback') });
  const bytes = writer.type([0x70, valueType('u8')]);
  lift(
    'poke',
    {
      params: [
        ['at', 'u32'],
        ['bytes', bytes],
      ],
    },
    { memory, realloc },
  );
  lift(
    'peek',
    {
      params: [
        ['at', 'u32'],
        ['size', 'u32'],
      ],
      result: bytes,
    },
    { memory },
  );
  for (const type of elementTypes) {
    for (const kind of ['stream', 'future'] as const) {
      const index = channels[type]?.[kind] ?? 0;
      lift(`give-${kind}-${type}`, { params: [['end', 'u32']], result: index }, { memory }, same);
      lift(`take-${kind}-${type}`, { params: [['end', index]], result: 'u32' }, { memory }, same);
    }
  }
  return writer;
}

/** The component of all puppets: imports {@link hostInterface} and {@link childInterface}, exports an instance for each. */
export function puppetComponent(): Uint8Array {
  const writer = new ComponentWriter();
  const host = writer.importInstance(hostInterface, writer.functionsType(hostFunctions));
  let child = writer.importInstance(childInterface, writer.functionsType(childFunctions));
  const made = writer.component(puppet());
  const instances = puppets.toReversed().map((name) => {
    child = writer.instance(made, [
      ['host', 'instance', host],
      ['child', 'instance', child],
    ]);
    return [name, child] as const;
  });
  for (const [name, index] of instances) writer.export(name, 'instance', index);
  return writer.finish();
}
