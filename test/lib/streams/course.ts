import type { Puppet, Stage } from '../puppets.ts';
import type { Random } from '../random.ts';
import { type Item, valueOf } from './items.ts';
import { type Channel, Table, type WaitSet } from './model.ts';
import type { HostEnd } from './on-host.ts';
import type { PromiseChannel, SourceChannel } from './sources.ts';

/** Something was not as the model has it. */
export class Mismatch extends Error {}

/** A call that waits for an event of a set: between two callbacks, or on its stack, where it has its puppet for itself. */
export interface Wait {
  readonly puppet: Puppet;
  readonly set: WaitSet;
  readonly onStack: boolean;
  started: boolean;
}

/** What the model knows of one course of operations, and what was done so far. */
export class Course {
  readonly stage: Stage;
  readonly random: Random;
  readonly tables: Readonly<Record<Puppet, Table>> = { p0: new Table(), p1: new Table(), p2: new Table() };
  readonly hostEnds: HostEnd[] = [];
  readonly sources: (SourceChannel | PromiseChannel)[] = [];
  readonly calls: Promise<unknown>[] = [];
  readonly waits = new Set<Wait>();
  /** What was done, to be read by people. */
  readonly log: string[] = [];
  #items = 0;

  constructor(stage: Stage, random: Random) {
    this.stage = stage;
    this.random = random;
  }

  expect(isSo: boolean, what: string): void {
    if (!isSo) throw new Mismatch(what);
  }
  readonly nextItem = (): Item => this.#items++;

  /** What waits in a puppet. */
  waitsOf(puppet: Puppet): Wait[] {
    return [...this.waits].filter((wait) => wait.puppet === puppet);
  }
  /** What can go on as soon as its set has an event: nothing but the one that waits on a stack, if one does. */
  runnable(puppet: Puppet): Wait[] {
    const started = this.waitsOf(puppet).filter((wait) => wait.started);
    const holder = started.find(({ onStack }) => onStack);
    return holder === undefined ? started : [holder];
  }
}

/** Items for a message. */
export function show({ type }: Channel, items: readonly Item[]): string {
  return print(items.map((item) => valueOf(type, item)));
}

/** A value for a message. */
export function print(value: unknown): string {
  const plain = (_key: string, one: unknown): unknown =>
    typeof one === 'bigint' ? `${one}n` : ArrayBuffer.isView(one) ? Array.from(one as unknown as ArrayLike<unknown>) : one;
  return JSON.stringify(value, plain) ?? String(value);
}
