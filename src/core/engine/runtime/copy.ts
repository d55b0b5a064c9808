import { trap } from '../trap.ts';
import { Waitable } from './waitable.ts';

/** How a read or write ended: CanonicalABI's `CopyResult`. */
export const CopyResult = { completed: 0, dropped: 1, cancelled: 2 } as const;
export type CopyResult = (typeof CopyResult)[keyof typeof CopyResult];

/** What core code is told of an operation that is not over. */
export const blocked: number = -1;

/** The most elements one read or write may name. */
export const mostElements: number = 2 ** 28 - 1;

/** Where elements come from, or go to; `owner` is the component instance, or the host. */
export interface CopyBuffer {
  readonly owner: object;
  /** How many more elements it has, or takes. */
  readonly remain: number;
  readonly length: number;
}

/** A buffer that elements are taken from. */
export interface ReadableBuffer extends CopyBuffer {
  /** The next `count` elements as values; bytes as a `Uint8Array`, which dies with the next call into core code. */
  take(count: number): unknown;
}

/** A buffer that elements are put into. */
export interface WritableBuffer extends CopyBuffer {
  put(values: unknown, count: number): void;
}

/** The state of an end: CanonicalABI's `CopyState`. */
export const CopyState = { idle: 0, copying: 1, cancelling: 2, done: 3 } as const;
export type CopyState = (typeof CopyState)[keyof typeof CopyState];

interface Pending<B extends CopyBuffer> {
  readonly buffer: B;
  readonly onCopy: (reclaim: () => void) => void;
  readonly onDone: (result: CopyResult) => void;
}

/** Elements between ends of the same instance are only copied when they are plain numbers, for now. */
function checkOwners(one: CopyBuffer, other: CopyBuffer, numeric: boolean): void {
  if (one.owner === other.owner && !numeric) trap('cannot read from and write to intra-component future/stream with non-numeric payload');
}

/** The part both ends of a stream share: at most one side waits, and elements go straight from the one buffer to the other. */
export class SharedStream {
  /** Whether elements are absent or numbers. */
  readonly numeric: boolean;
  dropped = false;
  #reader: Pending<WritableBuffer> | undefined;
  #writer: Pending<ReadableBuffer> | undefined;

  constructor(numeric: boolean) {
    this.numeric = numeric;
  }

  read(buffer: WritableBuffer, onCopy: Pending<WritableBuffer>['onCopy'], onDone: Pending<WritableBuffer>['onDone']): void {
    const writer = this.#writer;
    if (this.dropped) onDone(CopyResult.dropped);
    else if (writer === undefined) this.#reader = { buffer, onCopy, onDone };
    else {
      checkOwners(buffer, writer.buffer, this.numeric);
      if (writer.buffer.remain > 0) {
        const count = Math.min(buffer.remain, writer.buffer.remain);
        if (count > 0) {
          buffer.put(writer.buffer.take(count), count);
          writer.onCopy(() => this.#forget(writer));
        }
        onDone(CopyResult.completed);
      } else {
        this.#writer = undefined;
        writer.onDone(CopyResult.completed);
        this.#reader = { buffer, onCopy, onDone };
      }
    }
  }

  write(buffer: ReadableBuffer, onCopy: Pending<ReadableBuffer>['onCopy'], onDone: Pending<ReadableBuffer>['onDone']): void {
    const reader = this.#reader;
    if (this.dropped) onDone(CopyResult.dropped);
    else if (reader === undefined) this.#writer = { buffer, onCopy, onDone };
    else {
      checkOwners(buffer, reader.buffer, this.numeric);
      if (reader.buffer.remain > 0) {
        const count = Math.min(buffer.remain, reader.buffer.remain);
        if (count > 0) {
          reader.buffer.put(buffer.take(count), count);
          reader.onCopy(() => this.#forget(reader));
        }
        onDone(CopyResult.completed);
      } else if (buffer.length === 0 && reader.buffer.length === 0) onDone(CopyResult.completed);
      else {
        this.#reader = undefined;
        reader.onDone(CopyResult.completed);
        this.#writer = { buffer, onCopy, onDone };
      }
    }
  }

  #forget(side: Pending<WritableBuffer> | Pending<ReadableBuffer>): void {
    if (this.#reader === side) this.#reader = undefined;
    if (this.#writer === side) this.#writer = undefined;
  }
  #settle(result: CopyResult): void {
    const side = this.#reader ?? this.#writer;
    this.#reader = undefined;
    this.#writer = undefined;
    side?.onDone(result);
  }

  /** Ends the operation with this buffer, if it waits: also one that has made progress. */
  cancel(buffer: CopyBuffer): void {
    if (this.#reader?.buffer === buffer || this.#writer?.buffer === buffer) this.#settle(CopyResult.cancelled);
  }
  /** One end is gone: whoever waits is told, and whoever comes. */
  drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    this.#settle(CopyResult.dropped);
  }
}

/** The part both ends of a future share: read and write complete together. */
export class SharedFuture {
  readonly numeric: boolean;
  dropped = false;
  #reader: { buffer: WritableBuffer; onDone: (result: CopyResult) => void } | undefined;
  #writer: { buffer: ReadableBuffer; onDone: (result: CopyResult) => void } | undefined;

  constructor(numeric: boolean) {
    this.numeric = numeric;
  }

  read(buffer: WritableBuffer, onDone: (result: CopyResult) => void): void {
    const writer = this.#writer;
    if (writer === undefined) {
      this.#reader = { buffer, onDone };
      return;
    }
    checkOwners(buffer, writer.buffer, this.numeric);
    this.#writer = undefined;
    buffer.put(writer.buffer.take(1), 1);
    writer.onDone(CopyResult.completed);
    onDone(CopyResult.completed);
  }

  write(buffer: ReadableBuffer, onDone: (result: CopyResult) => void): void {
    const reader = this.#reader;
    if (this.dropped) onDone(CopyResult.dropped);
    else if (reader === undefined) this.#writer = { buffer, onDone };
    else {
      checkOwners(buffer, reader.buffer, this.numeric);
      this.#reader = undefined;
      reader.buffer.put(buffer.take(1), 1);
      reader.onDone(CopyResult.completed);
      onDone(CopyResult.completed);
    }
  }

  #settle(result: CopyResult): void {
    const side = this.#reader ?? this.#writer;
    this.#reader = undefined;
    this.#writer = undefined;
    side?.onDone(result);
  }
  /** Ends the operation with this buffer, if it waits. */
  cancel(buffer: CopyBuffer): void {
    if (this.#reader?.buffer === buffer || this.#writer?.buffer === buffer) this.#settle(CopyResult.cancelled);
  }
  /** The readable end is gone. (A writable end cannot go before it has written.) */
  drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    this.#settle(CopyResult.dropped);
  }
}

/** An end of a stream or future in a component's table. */
export abstract class CopyEnd extends Waitable {
  state: CopyState = CopyState.idle;
  /** The buffer of the operation that began last. */
  buffer: CopyBuffer | undefined;
  /** Why it is done, for the message of the next attempt. */
  doneBecause: 'dropped' | 'completed' | undefined;
  /** The type index of the stream or future itself: ends of other types do not fit. */
  abstract readonly type: number;

  get copying(): boolean {
    return this.state === CopyState.copying || this.state === CopyState.cancelling;
  }
}

export class StreamEnd extends CopyEnd {
  readonly type: number;
  readonly shared: SharedStream;
  readonly side: 'read' | 'write';
  constructor(type: number, shared: SharedStream, side: 'read' | 'write') {
    super();
    this.type = type;
    this.shared = shared;
    this.side = side;
  }
  drop(): void {
    if (this.copying) trap('cannot drop busy stream');
    this.shared.drop();
    this.leave();
  }
}

export class FutureEnd extends CopyEnd {
  readonly type: number;
  readonly shared: SharedFuture;
  readonly side: 'read' | 'write';
  constructor(type: number, shared: SharedFuture, side: 'read' | 'write') {
    super();
    this.type = type;
    this.shared = shared;
    this.side = side;
  }
  drop(): void {
    if (this.copying) trap('cannot drop busy future');
    if (this.side === 'write' && this.state !== CopyState.done) trap('cannot drop future write end without first writing a value');
    if (this.side === 'read') this.shared.drop();
    this.leave();
  }
}
