import type { ElementType, Puppet } from '../puppets.ts';
import type { Item } from './items.ts';

/*
 * What streams, futures, sets and tables of handles have to do, as CanonicalABI.md tells it. It knows nothing of the engine, and moves items only
 * in the mind.
 */

export const Result = { completed: 0, dropped: 1, cancelled: 2 } as const;
export type Result = (typeof Result)[keyof typeof Result];
export const blocked = -1;

/** The memory of one read or write; what the host reads has no place. */
export interface Buffer {
  readonly owner: Puppet | 'host';
  readonly at: number;
  readonly length: number;
  progress: number;
  /** What is to be written, or was read. */
  readonly items: Item[];
}

/** An operation that waits for its other side. */
export interface Pending {
  readonly side: 'read' | 'write';
  readonly buffer: Buffer;
  /** Some of it was copied. Answers whether more may be. */
  copied(): boolean;
  done(result: Result): void;
}

/** What the two ends of a stream or future share. */
export class Channel {
  readonly kind: 'stream' | 'future';
  readonly type: ElementType;
  dropped = false;
  #pending: Pending | undefined;

  constructor(kind: 'stream' | 'future', type: ElementType) {
    this.kind = kind;
    this.type = type;
  }

  get numeric(): boolean {
    return this.type === 'none' || this.type === 'u8' || this.type === 'u32';
  }
  /** Who waits on the other side of an operation, if anybody does. */
  waiting(side: 'read' | 'write'): Buffer | undefined {
    return this.#pending !== undefined && this.#pending.side !== side ? this.#pending.buffer : undefined;
  }

  /** Begins an operation: how it ends at once, or `undefined` where it waits. */
  begin(own: Pending): Result | undefined {
    if (this.dropped) return Result.dropped;
    const other = this.#pending;
    if (other === undefined) {
      this.#pending = own;
      return undefined;
    }
    const [reader, writer] = own.side === 'read' ? [own.buffer, other.buffer] : [other.buffer, own.buffer];
    const left = ({ length, progress }: Buffer): number => length - progress;
    if (left(other.buffer) > 0) {
      const count = Math.min(left(reader), left(writer));
      if (count > 0) {
        reader.items.push(...writer.items.slice(writer.progress, writer.progress + count));
        reader.progress += count;
        writer.progress += count;
        if (this.kind === 'future') {
          this.#pending = undefined;
          other.done(Result.completed);
        } else if (!other.copied()) this.#pending = undefined;
      }
      return Result.completed;
    }
    if (own.side === 'write' && own.buffer.length === 0 && other.buffer.length === 0) return Result.completed;
    this.#pending = own;
    other.done(Result.completed);
    return undefined;
  }
  /** The operation with this buffer gets no more. */
  reclaim(buffer: Buffer): boolean {
    if (this.#pending?.buffer !== buffer) return false;
    this.#pending = undefined;
    return true;
  }
  drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.done(Result.dropped);
  }
}

/** An end in a puppet's table. */
export class End {
  readonly channel: Channel;
  readonly side: 'read' | 'write';
  state: 'idle' | 'copying' | 'done' = 'idle';
  handle = 0;
  set: WaitSet | undefined;
  buffer: Buffer | undefined;
  /** What is to be told when the event is taken. */
  event: Result | undefined;

  constructor(channel: Channel, side: 'read' | 'write') {
    this.channel = channel;
    this.side = side;
  }

  /** What the core function answers. */
  begin(buffer: Buffer): number {
    this.state = 'copying';
    this.buffer = buffer;
    const result = this.channel.begin({
      side: this.side,
      buffer,
      copied: () => {
        this.event = Result.completed;
        return true;
      },
      done: (how) => void (this.event = how),
    });
    return result === undefined ? blocked : this.#end(result);
  }
  /** Takes the event: its payload. */
  take(): number {
    const { event } = this;
    if (event === undefined || this.buffer === undefined) throw new Error('the model has no event');
    this.event = undefined;
    this.channel.reclaim(this.buffer);
    return this.#end(event);
  }
  /** What cancelling may answer. Of a copy that has made progress CanonicalABI.md says that it is completed, its tests and wasmtime that it is cancelled. */
  cancel(): number[] {
    if (this.event !== undefined) {
      const payload = this.take();
      return this.channel.kind === 'stream' && (payload & 0xf) === Result.completed ? [payload, payload | Result.cancelled] : [payload];
    }
    if (this.buffer !== undefined) this.channel.reclaim(this.buffer);
    return [this.#end(Result.cancelled)];
  }
  #end(result: Result): number {
    const { kind } = this.channel;
    const over = result === Result.dropped || (kind === 'future' && result === Result.completed);
    this.state = over ? 'done' : 'idle';
    return kind === 'future' ? result : result | ((this.buffer?.progress ?? 0) << 4);
  }
  /** The code of its events. */
  get code(): number {
    return (this.channel.kind === 'stream' ? 2 : 4) + (this.side === 'read' ? 0 : 1);
  }
}

/** A waitable set. */
export class WaitSet {
  handle = 0;
  readonly members = new Set<End>();

  get ready(): End[] {
    return [...this.members].filter((end) => end.event !== undefined);
  }
}

/** The handles of one puppet: the number that was freed last is used first. */
export class Table {
  readonly #entries: (End | WaitSet | undefined)[] = [undefined];
  readonly #free: number[] = [];

  add<T extends End | WaitSet>(entry: T): T {
    const freed = this.#free.pop();
    entry.handle = freed ?? this.#entries.length;
    this.#entries[entry.handle] = entry;
    return entry;
  }
  remove({ handle }: End | WaitSet): void {
    this.#entries[handle] = undefined;
    this.#free.push(handle);
  }
  get ends(): End[] {
    return this.#entries.filter((entry) => entry instanceof End);
  }
  get sets(): WaitSet[] {
    return this.#entries.filter((entry) => entry instanceof WaitSet);
  }
}
