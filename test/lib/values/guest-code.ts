import type { Bytes } from '../../unit/engine-bytes.ts';
import { type CoreType, CoreWriter, op } from '../wasm/core.ts';
import { layoutOf, type Local, loadFlat, storeFlat } from './flat.ts';
import { resultOf, type Shape } from './shapes.ts';

/** What a guest is to do. */
export interface EchoTask {
  readonly shapes: readonly Shape[];
  /** How many handles come behind the values, to be dropped before the call ends. */
  readonly borrows: number;
  readonly callback: boolean;
  /** Present if it has the values from somebody that it calls with them, on its stack or not. */
  readonly forwards: { readonly async: boolean } | undefined;
  /** Whether it gives them back in its next turn. */
  readonly later: boolean;
}

/** CanonicalABI.md, `MAX_FLAT_PARAMS`, `MAX_FLAT_ASYNC_PARAMS` and `MAX_FLAT_RESULTS`. */
const [mostParams, mostAsyncParams, mostResults] = [16, 4, 1];

/** A memory of one page, and an allocator that gives no place twice: what was given moves whenever its size changes. */
export function memoryModule(): Bytes {
  const core = new CoreWriter();
  core.memory(1);
  const next = core.global(1024);
  const [old, oldSize, align, size, place] = [0, 1, 2, 3, 4];
  const grow: Bytes = [
    [op.block, op.loop],
    [op.globalGet(next), op.memorySize, op.i32const(16), op.i32shl, op.i32ltU, op.brIf(1)],
    [op.i32const(1), op.memoryGrow, op.drop, op.br(0), op.end, op.end],
  ];
  core.func(
    ['i32', 'i32', 'i32', 'i32'],
    ['i32'],
    ['i32'],
    [
      // One further than needed, so that nothing is aligned by accident.
      [op.globalGet(next), op.localGet(align), op.i32add, op.i32const(0), op.localGet(align), op.i32sub, op.i32and, op.localTee(place)],
      [op.localGet(size), op.i32add, op.i32const(1), op.i32add, op.globalSet(next)],
      grow,
      [op.localGet(place), op.localGet(old)],
      [op.localGet(oldSize), op.localGet(size), op.localGet(oldSize), op.localGet(size), op.i32ltU, op.select],
      [op.memoryCopy, op.localGet(place)],
    ],
    'realloc',
  );
  return core.finish();
}

/** The core module of a guest: `echo` and, for the callback ABI, `callback`. */
export function guestCode(task: EchoTask): Bytes {
  const code = new EchoCode(task);
  if (task.forwards?.async) code.callAndGoOn();
  else if (task.forwards !== undefined) code.callAndWait();
  else if (task.callback) code.giveInTurn();
  else code.give();
  return code.finish();
}

class EchoCode {
  readonly #core = new CoreWriter();
  readonly #task: EchoTask;
  readonly #area: Shape;
  readonly #result: Shape;
  readonly #flat: readonly CoreType[];
  readonly #results: readonly CoreType[];
  readonly #params: readonly CoreType[];
  readonly #spilled: boolean;
  readonly #pointed: boolean;
  readonly #use: Readonly<
    Record<'taskReturn' | 'resourceDrop' | 'contextGet' | 'contextSet' | 'setNew' | 'setDrop' | 'join' | 'subtaskDrop' | 'realloc', number>
  >;
  readonly #called: number;

  constructor(task: EchoTask) {
    const { shapes, borrows, forwards } = task;
    this.#task = task;
    this.#result = resultOf(shapes);
    this.#area = { kind: 'tuple', items: [...shapes, ...Array.from({ length: borrows }, (): Shape => ({ kind: 'u32' }))] };
    this.#flat = layoutOf(this.#area).flat;
    this.#results = layoutOf(this.#result).flat;
    this.#spilled = this.#flat.length > mostParams;
    this.#params = this.#spilled ? ['i32'] : this.#flat;
    this.#pointed = this.#results.length > mostResults;
    const take = (name: string, params: readonly CoreType[], results: readonly CoreType[] = []): number => this.#core.import('', name, params, results);
    this.#use = {
      taskReturn: take('task.return', this.#returnsArea ? ['i32'] : this.#results),
      resourceDrop: take('resource.drop', ['i32']),
      contextGet: take('context.get', [], ['i32']),
      contextSet: take('context.set', ['i32']),
      setNew: take('waitable-set.new', [], ['i32']),
      setDrop: take('waitable-set.drop', ['i32']),
      join: take('waitable.join', ['i32', 'i32']),
      subtaskDrop: take('subtask.drop', ['i32']),
      realloc: take('realloc', ['i32', 'i32', 'i32', 'i32'], ['i32']),
    };
    const out: readonly CoreType[] = ['i32'];
    if (forwards === undefined) this.#called = -1;
    else if (forwards.async) this.#called = take('called', [...(this.#asyncSpilled ? out : this.#flat), ...out], out);
    else this.#called = take('called', this.#pointed ? [...this.#params, ...out] : this.#params, this.#pointed ? [] : this.#results);
    this.#core.importMemory('', 'memory');
  }
  finish(): Bytes {
    return this.#core.finish();
  }

  get #returnsArea(): boolean {
    return this.#results.length > mostParams;
  }
  get #asyncSpilled(): boolean {
    return this.#flat.length > mostAsyncParams;
  }
  /** The first local after the parameters. */
  get #free(): number {
    return this.#params.length;
  }
  get #passed(): Bytes {
    return this.#params.map((_, index) => op.localGet(index));
  }
  #allocate(size: number, align: number): Bytes {
    return [op.i32const(0), op.i32const(0), op.i32const(align), op.i32const(size), op.call(this.#use.realloc)];
  }
  /** Puts the parameters into memory, and the address into a local. */
  #gather(into: number): Bytes {
    if (this.#spilled) return [op.localGet(0), op.localSet(into)];
    const { size, align } = layoutOf(this.#area);
    const locals = this.#params.map((type, index): Local => ({ index, type }));
    return [this.#allocate(size, align), op.localSet(into), storeFlat(this.#area, into, 0, locals)];
  }
  /** Gives back what was lent; the parameters are in memory, their address in a local. */
  #dropBorrows(address: number): Bytes {
    const { borrows } = this.#task;
    const values = this.#task.shapes.reduce((at, shape) => up(at, layoutOf(shape).align) + layoutOf(shape).size, 0);
    const first = up(values, 4);
    return Array.from({ length: borrows }, (_, index): Bytes => [op.localGet(address), op.i32load(first + 4 * index), op.call(this.#use.resourceDrop)]);
  }
  /** `task.return` of a value in memory, whose address is in a local; the locals from `first` on are zero. */
  #returnFrom(address: number, first: number): Bytes {
    if (this.#returnsArea) return [op.localGet(address), op.call(this.#use.taskReturn)];
    const locals = this.#results.map((type, index): Local => ({ index: first + index, type }));
    return [loadFlat(this.#result, address, 0, locals), locals.map(({ index }) => op.localGet(index)), op.call(this.#use.taskReturn)];
  }
  #define(name: string, params: readonly CoreType[], results: readonly CoreType[], locals: readonly CoreType[], code: Bytes): void {
    this.#core.func(params, results, locals, code, name);
  }
  #defineCallback(locals: readonly CoreType[], code: Bytes): void {
    this.#define('callback', ['i32', 'i32', 'i32'], ['i32'], locals, code);
  }

  /** Returns its parameters. */
  give(): void {
    const area = this.#free;
    const gathered: Bytes = [this.#gather(area), this.#dropBorrows(area)];
    this.#define('echo', this.#params, this.#pointed ? ['i32'] : this.#results, ['i32'], [gathered, op.localGet(this.#pointed ? area : 0)]);
  }

  /** `task.return` of its parameters, as they came or, in its next turn, from memory. */
  giveInTurn(): void {
    const area = this.#free;
    const locals: readonly CoreType[] = ['i32', ...this.#results];
    const exit = op.i32const(0);
    const asTheyCame: Bytes =
      this.#spilled || this.#returnsArea
        ? this.#returnFrom(area, area + 1)
        : [this.#results.map((_, index) => op.localGet(index)), op.call(this.#use.taskReturn)];
    const now: Bytes = [this.#dropBorrows(area), asTheyCame, exit];
    const later: Bytes = [op.localGet(area), op.call(this.#use.contextSet), op.i32const(1)];
    this.#define('echo', this.#params, ['i32'], locals, [this.#gather(area), this.#task.later ? later : now]);
    const kept = 3;
    this.#defineCallback(locals, [op.call(this.#use.contextGet), op.localSet(kept), this.#dropBorrows(kept), this.#returnFrom(kept, kept + 1), exit]);
  }

  /** Calls and waits on its stack, then returns what it got. */
  callAndWait(): void {
    const [area, out, first] = [this.#free, this.#free + 1, this.#free + 2];
    const { size, align } = layoutOf(this.#result);
    const call: Bytes = this.#pointed
      ? [this.#allocate(size, align), op.localSet(out), this.#passed, op.localGet(out), op.call(this.#called)]
      : [this.#passed, op.call(this.#called), op.localSet(first)];
    const called: Bytes = [this.#gather(area), call, this.#dropBorrows(area)];
    const locals: readonly CoreType[] = ['i32', 'i32', ...this.#results];
    if (!this.#task.callback) {
      this.#define('echo', this.#params, this.#pointed ? ['i32'] : this.#results, locals, [called, op.localGet(this.#pointed ? out : first)]);
      return;
    }
    const give: Bytes = this.#pointed ? this.#returnFrom(out, first) : [op.localGet(first), op.call(this.#use.taskReturn)];
    this.#define('echo', this.#params, ['i32'], locals, [called, give, op.i32const(0)]);
    this.#defineCallback([], [op.unreachable]);
  }

  /** Calls and goes on when there is an event. What it needs then is in a record: the areas of the result and the parameters, the call and the set. */
  callAndGoOn(): void {
    const { contextGet, contextSet, setNew, setDrop, join, subtaskDrop } = this.#use;
    const [area, out, status, record, first] = [0, 1, 2, 3, 4].map((index) => this.#free + index) as [number, number, number, number, number];
    const { size, align } = layoutOf(this.#result);
    const waitFor = (where: number): Bytes => [op.i32const(2), op.localGet(where), op.i32load(12), op.i32const(4), op.i32shl, op.i32or];
    const exit = op.i32const(0);
    this.#define(
      'echo',
      this.#params,
      ['i32'],
      ['i32', 'i32', 'i32', 'i32', ...this.#results],
      [
        [this.#gather(area), this.#allocate(size, align), op.localSet(out)],
        [this.#asyncSpilled ? op.localGet(area) : this.#passed, op.localGet(out), op.call(this.#called), op.localTee(status)],
        [op.i32const(2), op.i32eq, op.if, this.#dropBorrows(area), this.#returnFrom(out, first), exit, op.return, op.end],
        [this.#allocate(16, 4), op.localTee(record), op.localGet(out), op.i32store(0), op.localGet(record), op.localGet(area), op.i32store(4)],
        [op.localGet(record), op.localGet(status), op.i32const(4), op.i32shrU, op.i32store(8), op.localGet(record), op.call(setNew), op.i32store(12)],
        [op.localGet(record), op.i32load(8), op.localGet(record), op.i32load(12), op.call(join)],
        [op.localGet(record), op.call(contextSet), waitFor(record)],
      ],
    );
    const [event, state, kept, place] = [0, 2, 3, 4];
    this.#defineCallback(
      ['i32', 'i32', ...this.#results],
      [
        [op.call(contextGet), op.localSet(kept)],
        [op.localGet(event), op.i32const(1), op.i32ne, op.if, op.unreachable, op.end],
        [op.localGet(state), op.i32const(2), op.i32ne, op.if, waitFor(kept), op.return, op.end],
        [op.localGet(kept), op.i32load(8), op.i32const(0), op.call(join), op.localGet(kept), op.i32load(8), op.call(subtaskDrop)],
        [op.localGet(kept), op.i32load(12), op.call(setDrop)],
        [op.localGet(kept), op.i32load(4), op.localSet(place), this.#dropBorrows(place)],
        [op.localGet(kept), op.i32load(0), op.localSet(place), this.#returnFrom(place, place + 1), exit],
      ],
    );
  }
}

const up = (at: number, align: number): number => Math.ceil(at / align) * align;
