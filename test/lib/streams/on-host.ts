import { elementTypes, type Puppet, puppets } from '../puppets.ts';
import { type Course, Mismatch, print, show } from './course.ts';
import { sameValue, sameValues, valueOf } from './items.ts';
import { type Buffer, type Channel, End } from './model.ts';
import { PromiseChannel, SourceChannel } from './sources.ts';

interface HostStream extends Disposable {
  read(options: { count: number; into?: Uint8Array }): Promise<{ value?: unknown; done: boolean }>;
}

/** A read of the host. */
interface Reading {
  readonly buffer: Buffer;
  /** Where the host wants its bytes. */
  readonly into: Uint8Array | undefined;
  /** How it is to end; `any` when both what was under way and the end may come. */
  expected: 'open' | 'over' | 'completed' | 'any';
  told?: { readonly value?: unknown; readonly done: boolean };
  failed?: unknown;
}

/** The readable end of a stream or future in the host's hands. */
export interface HostEnd {
  readonly channel: Channel;
  readonly value: HostStream & PromiseLike<unknown>;
  reading: Reading | undefined;
  over: boolean;
}

/** What the host does with streams and futures: its own, and those of puppets. */
export class HostSide {
  readonly #course: Course;

  constructor(course: Course) {
    this.#course = course;
  }

  /** Something that it may do now. */
  something(): void {
    const { random, hostEnds, sources, log } = this.#course;
    const open = hostEnds.filter(({ over }) => !over);
    const choices: [number, () => void][] = [
      [1, () => this.#source()],
      [4, () => this.#take()],
    ];
    const choose = <T>(weight: number, from: readonly T[], act: (one: T) => void): void => {
      if (from.length > 0) choices.push([weight, () => act(random.pick(from))]);
    };
    const free = open.filter(({ reading }) => reading === undefined);
    choose(8, free, (end) => this.#read(end));
    choose(4, free, (end) => this.#giveBack(end));
    const droppable = open.filter(({ reading, channel }) => channel.kind === 'stream' || reading === undefined);
    choose(1, droppable, (end) => this.dispose(end));
    const owing = sources.filter(({ owes }) => owes);
    choose(5, owing, (source) => {
      log.push('host: a source answers');
      source.settle();
    });
    random.weighted(choices)();
  }

  /** Gives a puppet a stream or future of its own. */
  #source(): void {
    const { random, nextItem, sources } = this.#course;
    const type = random.pick(elementTypes);
    // What a source of nothing gives is its end.
    const kind = random.pick(type === 'none' ? (['iterable', 'array'] as const) : (['source', 'source', 'iterable', 'array'] as const));
    const channel = random.chance(0.7) ? new SourceChannel(type, kind, random, nextItem) : new PromiseChannel(type, nextItem());
    sources.push(channel);
    this.#give(random.pick(puppets), channel, channel.value);
  }
  #give(puppet: Puppet, channel: Channel, value: unknown): void {
    const { kind, type } = channel;
    const end = this.#course.tables[puppet].add(new End(channel, 'read'));
    const handle = this.#course.stage.take(puppet, kind, type, value);
    this.#course.log.push(`host: gives ${puppet} a ${kind} of ${type}: ${handle}`);
    this.#course.expect(handle === end.handle, `the ${kind} given to ${puppet} has the handle ${handle}, not ${end.handle}`);
  }
  #take(): void {
    const { random, tables, stage, hostEnds, log } = this.#course;
    const puppet = random.pick(puppets);
    const ends = tables[puppet].ends.filter(({ side, state, set }) => side === 'read' && state === 'idle' && set === undefined);
    if (ends.length === 0) return;
    const end = random.pick(ends);
    const { channel, handle } = end;
    log.push(`host: takes the ${channel.kind} ${handle} of ${puppet}`);
    const value = stage.give(puppet, channel.kind, channel.type, handle);
    tables[puppet].remove(end);
    hostEnds.push({ channel, value: value as HostEnd['value'], reading: undefined, over: false });
  }
  #giveBack(end: HostEnd): void {
    end.over = true;
    this.#give(this.#course.random.pick(puppets), end.channel, end.value);
  }
  dispose(end: HostEnd): void {
    this.#course.log.push(`host: drops a ${end.channel.kind}`);
    end.over = true;
    end.value[Symbol.dispose]();
    end.channel.drop();
    // What was under way may still come.
    if (end.channel instanceof SourceChannel && end.reading !== undefined) end.reading.expected = 'any';
  }

  #read(end: HostEnd): void {
    const { channel, value } = end;
    const stream = channel.kind === 'stream';
    const count = stream ? 1 + this.#course.random.below(6) : 1;
    const into = stream && channel.type === 'u8' && this.#course.random.chance(0.3) ? new Uint8Array(count + this.#course.random.below(3)) : undefined;
    this.#course.log.push(`host: reads ${count} of a ${channel.kind} of ${channel.type}`);
    const buffer: Buffer = { owner: 'host', at: 0, length: count, progress: 0, items: [] };
    const reading: Reading = { buffer, into, expected: 'open' };
    end.reading = reading;
    const answer = stream ? value.read({ count, ...(into !== undefined && { into }) }) : value.then((one) => ({ value: one, done: true }));
    void answer.then(
      (told) => (reading.told = told),
      (reason: unknown) => (reading.failed = reason),
    );
    const over = (result: number): void => {
      if (reading.expected === 'any') return;
      reading.expected = (result === 1 && buffer.progress === 0) || !stream ? 'over' : 'completed';
      if (reading.expected === 'over') end.over = true;
    };
    // The host gets its buffer back after the first copy.
    const copied = (): boolean => {
      over(0);
      return false;
    };
    const result = channel.begin({ side: 'read', buffer, copied, done: over });
    if (result !== undefined) over(result);
  }
  /** Compares a read with the model, after all has come that was under way. */
  check(end: HostEnd): void {
    const { reading, channel } = end;
    if (reading === undefined) return;
    const { expected, told, buffer, into } = reading;
    if (expected === 'open') {
      this.#course.expect(told === undefined, 'a read of the host ended that waits');
      return;
    }
    if (told === undefined) throw new Mismatch('a read of the host does not end');
    end.reading = undefined;
    if (expected === 'any') return;
    const { items } = buffer;
    if (channel.kind === 'future') {
      this.#course.expect(sameValue(told.value, valueOf(channel.type, items[0] ?? 0)), `the host has the value ${print(told.value)} of a future`);
    } else {
      this.#course.expect(told.done === (expected === 'over'), `a read of the host says ${told.done ? 'done' : 'not done'}`);
      const place = told.value instanceof Uint8Array ? told.value.buffer : undefined;
      this.#course.expect(into === undefined || place === undefined || place === into.buffer, 'the host has its bytes elsewhere than it said');
      this.#course.expect(sameValues(channel.type, items, told.value), `the host has read ${print(told.value)}, not ${show(channel, items)}`);
    }
  }
}
