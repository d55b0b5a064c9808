import { type Source, toGuestStream } from '../../../src/core/engine/streams.ts';
import type { ElementType } from '../puppets.ts';
import type { Random } from '../random.ts';
import { chunkOf, type Item, valueOf } from './items.ts';
import { type Buffer, Channel, type Pending, Result } from './model.ts';

/** What a source answers: items, its end, or that it will say later. */
type Answer = readonly Item[] | 'end' | 'later';

/** How the host gives a stream: as a source that it pulls from, as an async iterable, or as an array. */
export type SourceKind = 'source' | 'iterable' | 'array';

/** A channel whose writable side is the host. What a read gets depends on what the source has said, so it is asked first and the model told after. */
export class SourceChannel extends Channel {
  readonly value: unknown;
  /** How often the source was told that nobody reads any more, and that it ended. */
  cancelled = 0;
  ended: unknown[] = [];
  #rest: Item[] = [];
  #over = false;
  #answer: Answer | undefined;
  /** Brings what the read under way will bring. */
  #later: { readonly resolve: (items: readonly Item[] | undefined) => void; readonly fail: () => void } | undefined;
  #arriving: readonly Item[] | 'end' | undefined;
  #pulling = false;
  /** The most that the read under way may bring. */
  #asked = 0;
  #waiting: Pending | undefined;
  readonly #items: () => Item;
  readonly #random: Random;
  readonly #kind: SourceKind;

  constructor(type: ElementType, kind: SourceKind, random: Random, items: () => Item) {
    super('stream', type);
    this.#kind = kind;
    this.#random = random;
    this.#items = items;
    this.value = kind === 'source' ? toGuestStream(this.#source(), (failure) => this.ended.push(failure)) : kind === 'array' ? this.#array() : this.#iterable();
  }

  #some(most: number): Item[] {
    return Array.from({ length: 1 + this.#random.below(Math.min(most, 4)) }, () => this.#items());
  }
  #source(): Source<unknown> {
    const { type } = this;
    const many = type === 'u8' || type === 'u32';
    const give = (items: readonly Item[]): unknown => (many ? chunkOf(type, items) : valueOf(type, items[0] ?? 0));
    return {
      read: (max) => {
        this.#asked = max;
        const answer = this.#random.weighted<Answer>([
          [4, many ? this.#some(max) : [this.#items()]],
          [1, 'end'],
          [4, 'later'],
        ]);
        this.#answer = answer;
        if (answer !== 'later') return answer === 'end' ? undefined : give(answer);
        const { promise, resolve, reject } = Promise.withResolvers<unknown>();
        this.#later = {
          resolve: (items) => resolve(items === undefined ? undefined : give(items)),
          fail: () => reject(new Error('the source failed')),
        };
        return promise;
      },
      cancel: () => {
        this.cancelled++;
        this.#later?.resolve(undefined);
        this.#later = undefined;
      },
    };
  }
  #iterable(): AsyncIterable<unknown> {
    const { type } = this;
    const many = type === 'u8' || type === 'u32';
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          const items = this.#random.chance(0.2) ? 'end' : many ? this.#some(4) : [this.#items()];
          this.#answer = 'later';
          this.#arriving = items;
          if (items === 'end') return { done: true, value: undefined };
          return { done: false, value: many ? chunkOf(type, items) : valueOf(type, items[0] ?? 0) };
        },
        return: async () => {
          this.cancelled++;
          return { done: true, value: undefined };
        },
      }),
    };
  }
  #array(): unknown[] {
    this.#rest = Array.from({ length: this.#random.below(4) }, () => this.#items());
    this.#over = true;
    return this.#rest.map((item) => valueOf(this.type, item));
  }
  #ask(): Answer {
    const answer = this.#answer;
    if (answer === undefined) throw new Error('the source was not asked');
    this.#answer = undefined;
    return answer;
  }

  override waiting(side: 'read' | 'write'): Buffer | undefined {
    return side === 'write' ? this.#waiting?.buffer : undefined;
  }
  override begin(own: Pending): Result | undefined {
    if (this.dropped) return Result.dropped;
    if (this.#rest.length === 0 && !this.#over && !this.#pulling) {
      const answer = this.#ask();
      if (answer === 'later') this.#pulling = true;
      else if (answer === 'end') this.#over = true;
      else this.#rest.push(...answer);
    }
    return this.#serve(own);
  }
  #serve(own: Pending): Result | undefined {
    const { buffer } = own;
    if (this.#rest.length === 0 && !this.#over) {
      this.#waiting = own;
      return undefined;
    }
    const items = this.#rest.splice(0, buffer.length);
    buffer.items.push(...items);
    buffer.progress += items.length;
    // Where the end is known, it comes with the last items.
    this.dropped = this.#over && this.#rest.length === 0;
    return this.dropped ? Result.dropped : Result.completed;
  }
  override reclaim(buffer: Buffer): boolean {
    if (this.#waiting?.buffer !== buffer) return false;
    this.#waiting = undefined;
    return true;
  }
  /** How often its end is to be told. */
  expectedCancels = 0;
  override drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    if (this.#kind !== 'array' && !this.#over) this.expectedCancels++;
  }

  /** Whether the source still owes an answer. */
  get owes(): boolean {
    return this.#later !== undefined;
  }
  /** Gives the answer that it owes. */
  settle(): void {
    const later = this.#later;
    if (later === undefined) return;
    this.#later = undefined;
    const how = this.#random.weighted<'items' | 'end' | 'failure'>([
      [5, 'items'],
      [1, 'end'],
      [1, 'failure'],
    ]);
    if (how === 'items') {
      const items = this.type === 'u8' || this.type === 'u32' ? this.#some(this.#asked) : [this.#items()];
      this.#arriving = items;
      later.resolve(items);
    } else {
      this.#arriving = 'end';
      if (how === 'end') later.resolve(undefined);
      else later.fail();
    }
  }
  /** All that was under way has come. */
  flushed(): void {
    const arriving = this.#arriving;
    if (arriving === undefined || !this.#pulling) return;
    this.#arriving = undefined;
    this.#pulling = false;
    if (arriving === 'end') this.#over = true;
    else this.#rest.push(...arriving);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) return;
    const result = this.#serve(waiting);
    if (result !== undefined) waiting.done(result);
  }
  /** What is wrong with how the source was treated, at the end of all. */
  get complaint(): string | undefined {
    if (this.cancelled !== this.expectedCancels) return `the source was cancelled ${this.cancelled} times, not ${this.expectedCancels}`;
    if (this.#kind === 'source' && this.ended.length !== 1) return `the source was told ${this.ended.length} times that it ended`;
    return undefined;
  }
}

/** A future whose value the host promises. */
export class PromiseChannel extends Channel {
  readonly value: Promise<unknown>;
  readonly #item: Item;
  readonly #resolve: (value: unknown) => void;
  #state: 'open' | 'arriving' | 'there' = 'open';
  #waiting: Pending | undefined;

  constructor(type: ElementType, item: Item) {
    super('future', type);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.value = promise;
    this.#item = item;
    this.#resolve = resolve;
  }
  override waiting(side: 'read' | 'write'): Buffer | undefined {
    return side === 'write' ? this.#waiting?.buffer : undefined;
  }
  override begin(own: Pending): Result | undefined {
    if (this.#state === 'there') {
      own.buffer.items.push(this.#item);
      own.buffer.progress = 1;
      return Result.completed;
    }
    this.#waiting = own;
    return undefined;
  }
  override reclaim(buffer: Buffer): boolean {
    if (this.#waiting?.buffer !== buffer) return false;
    this.#waiting = undefined;
    return true;
  }
  override drop(): void {
    this.dropped = true;
  }
  get owes(): boolean {
    return this.#state === 'open';
  }
  settle(): void {
    if (this.#state !== 'open') return;
    this.#state = 'arriving';
    this.#resolve(valueOf(this.type, this.#item));
  }
  flushed(): void {
    if (this.#state !== 'arriving') return;
    this.#state = 'there';
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) {
      this.begin(waiting);
      waiting.done(Result.completed);
    }
  }
}
