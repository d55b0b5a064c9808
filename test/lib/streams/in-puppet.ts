import { command, type Deed, type ElementType, elementTypes, heapBase, type Puppet, type Script, type Told } from '../puppets.ts';
import { type Course, Mismatch, show } from './course.ts';
import { encode, isAt } from './items.ts';
import { blocked, type Buffer, Channel, End, type Table, WaitSet } from './model.ts';

const slotBytes = 512;
const firstSlot = 4096;
/** Where events are written. */
export const eventAt = 32;

/** What one puppet can do with its handles, each compared with the model as soon as it is answered. */
export class PuppetSide {
  readonly #course: Course;
  readonly #puppet: Puppet;
  readonly #table: Table;
  #slots = 0;

  constructor(course: Course, puppet: Puppet) {
    this.#course = course;
    this.#puppet = puppet;
    this.#table = course.tables[puppet];
  }

  /** Does what scripts say in one call. */
  do(...scripts: Script[]): void {
    const all = function* (): Script {
      for (const script of scripts) yield* script;
    };
    const answer = this.#course.stage.run(this.#puppet, all());
    this.#course.expect(!(answer instanceof Promise), 'a call without a wait answered with a promise');
  }

  /** Something that it may do now. */
  *something(): Script {
    const { random } = this.#course;
    const { ends, sets } = this.#table;
    const choices: [number, () => Script][] = [
      [ends.length < 6 ? 3 : 0, () => this.create()],
      [sets.length < 2 ? 1 : 0, () => this.createSet()],
    ];
    const choose = <T>(weight: number, from: readonly T[], act: (one: T) => Script): void => {
      if (from.length > 0) choices.push([weight, () => act(random.pick(from))]);
    };
    const copies = ends.filter((end) => end.state === 'idle' && this.#mayCopy(end));
    const meetings = copies.filter(({ channel, side }) => channel.waiting(side) !== undefined);
    choose(8, meetings, (end) => this.copy(end));
    choose(12, copies, (end) => this.copy(end));
    const cancellable = ends.filter(({ state, set }) => state === 'copying' && set === undefined);
    choose(2, cancellable, (end) => this.cancel(end));
    const droppable = ends.filter(({ state, side, channel }) => state !== 'copying' && (channel.kind === 'stream' || side === 'read' || state === 'done'));
    choose(2, droppable, (end) => this.drop(end));
    if (sets.length > 0) choose(4, ends, (end) => this.join(end, random.chance(0.7) ? random.pick(sets) : undefined));
    choose(6, sets, (set) => this.#poll(set));
    const waits = this.#course.waitsOf(this.#puppet);
    const empty = sets.filter((set) => set.members.size === 0 && waits.every((wait) => wait.set !== set));
    choose(1, empty, (set) => this.dropSet(set));
    yield* random.weighted(choices)();
  }
  /** Within one instance only numbers may be copied. */
  #mayCopy({ channel, side }: End): boolean {
    return channel.numeric || channel.waiting(side)?.owner !== this.#puppet;
  }

  *say(deed: Deed, x = 0, y = 0, z = 0): Generator<bigint, Told, Told> {
    const { log } = this.#course;
    log.push(`${this.#puppet}: ${deed} ${x} ${y} ${z}`);
    const told = yield command(deed, x, y, z);
    log.push(`  -> ${told.first}${told.second === 0 ? '' : ` ${told.second}`}`);
    return told;
  }

  *create(): Script {
    const { random } = this.#course;
    yield* this.pair(random.chance(0.7) ? 'stream' : 'future', random.pick(elementTypes));
  }
  *pair(kind: 'stream' | 'future', type: ElementType): Generator<bigint, [readable: End, writable: End], Told> {
    const { first, second } = yield* this.say(`${kind}.new/${type}`);
    const channel = new Channel(kind, type);
    const readable = this.#table.add(new End(channel, 'read'));
    const writable = this.#table.add(new End(channel, 'write'));
    const right = first === readable.handle && second === writable.handle;
    this.#course.expect(right, `${kind}.new answered ${first} and ${second}, not ${readable.handle} and ${writable.handle}`);
    return [readable, writable];
  }

  *copy(end: End, length: number = this.#course.random.chance(0.15) ? 0 : 1 + this.#course.random.below(6)): Script {
    const { channel, side } = end;
    const { kind, type } = channel;
    const count = kind === 'future' ? 1 : length;
    const at = firstSlot + (this.#slots++ % ((heapBase - firstSlot) / slotBytes)) * slotBytes;
    const items = side === 'write' ? Array.from({ length: count }, this.#course.nextItem) : [];
    if (items.length > 0) this.#course.stage.poke(this.#puppet, at, encode(type, items, at));
    const buffer: Buffer = { owner: this.#puppet, at, length: count, progress: 0, items };
    const { first } = yield* this.say(`${kind}.${side}/${type}`, end.handle, at, count);
    const expected = end.begin(buffer);
    this.#course.expect(first === expected, `${kind}.${side} answered ${first}, not ${expected}`);
    if (expected !== blocked) this.#check(end, buffer);
  }
  /** What an operation that is over has read is there. */
  #check({ side, channel }: End, { at, items, progress }: Buffer): void {
    if (side === 'write') return;
    this.#course.expect(items.length === progress, 'the model counts wrong');
    const peek = (from: number, size: number): Uint8Array => this.#course.stage.peek(this.#puppet, from, size);
    if (!isAt(channel.type, items, at, peek)) throw new Mismatch(`what was read at ${at} is not ${show(channel, items)}`);
  }
  *cancel(end: End): Script {
    const { kind, type } = end.channel;
    const { buffer } = end;
    const { first } = yield* this.say(`${kind}.cancel-${end.side}/${type}`, end.handle);
    const expected = end.cancel();
    this.#course.expect(expected.includes(first), `${kind}.cancel-${end.side} answered ${first}, not ${expected.join(' or ')}`);
    if (buffer !== undefined) this.#check(end, buffer);
  }
  *drop(end: End): Script {
    const { kind, type } = end.channel;
    yield* this.say(`${kind}.drop-${end.side === 'read' ? 'readable' : 'writable'}/${type}`, end.handle);
    end.set?.members.delete(end);
    this.#table.remove(end);
    if (kind === 'stream' || end.side === 'read') end.channel.drop();
  }

  *createSet(): Script {
    const { first } = yield* this.say('waitable-set.new');
    const set = this.#table.add(new WaitSet());
    this.#course.expect(first === set.handle, `waitable-set.new answered ${first}, not ${set.handle}`);
  }
  *join(end: End, set: WaitSet | undefined): Script {
    yield* this.say('waitable.join', end.handle, set?.handle ?? 0);
    end.set?.members.delete(end);
    end.set = set;
    set?.members.add(end);
  }
  *#poll(set: WaitSet): Script {
    const { first: code } = yield* this.say('waitable-set.poll', set.handle, eventAt);
    const { first: handle } = yield command('load', eventAt);
    const { first: payload } = yield command('load', eventAt + 4);
    this.event(set, code, handle, payload);
  }
  /** An event was delivered: it is one of those that the set has now. */
  event(set: WaitSet, code: number, handle: number, payload: number): void {
    const { ready } = set;
    this.#course.log.push(`  event ${code} ${handle} ${payload}`);
    if (ready.length === 0) {
      this.#course.expect(code === 0 && handle === 0 && payload === 0, `an event ${code} ${handle} ${payload} where there is none`);
      return;
    }
    const end = ready.find((one) => one.handle === handle && one.code === code);
    if (end === undefined) {
      throw new Mismatch(`the event ${code} of ${handle}, where there are ${ready.map((one) => `${one.code} of ${one.handle}`).join(', ')}`);
    }
    const { buffer } = end;
    const expected = end.take();
    this.#course.expect(payload === expected, `the event ${code} of ${handle} says ${payload}, not ${expected}`);
    if (buffer !== undefined) this.#check(end, buffer);
  }
  *dropSet(set: WaitSet): Script {
    yield* this.say('waitable-set.drop', set.handle);
    this.#table.remove(set);
  }

  /** Makes an event for whoever waits on a set. */
  *bringUp(set: WaitSet): Script {
    const [readable, writable] = yield* this.pair('stream', 'none');
    yield* this.join(readable, set);
    yield* this.copy(readable, 1);
    yield* this.copy(writable, 1);
  }
  /** Takes all ends out of their sets, ends what is under way and drops the readable ends. */
  *letGo(): Script {
    for (const end of this.#table.ends) {
      if (end.set !== undefined) yield* this.join(end, undefined);
      if (end.state === 'copying') yield* this.cancel(end);
      if (end.side === 'read') yield* this.drop(end);
    }
    for (const set of this.#table.sets) yield* this.dropSet(set);
  }
  /** Drops what is left, futures after they were written. One more handle shows whether all are free again. */
  *dropAll(): Script {
    for (const end of this.#table.ends) {
      if (end.channel.kind === 'future' && end.state !== 'done') yield* this.copy(end);
      yield* this.drop(end);
    }
    yield* this.createSet();
    for (const set of this.#table.sets) yield* this.dropSet(set);
  }
}
