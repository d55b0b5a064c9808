import { trap } from '../trap.ts';
import { EventCode, type EventTuple, Waitable } from './waitable.ts';

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
  /** How many elements it has taken or given. */
  readonly progress: number;
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
  /** The most elements of one {@link put}: more come in parts, so that not all of them are values at once. */
  readonly step: number;
  put(values: unknown, count: number): void;
}

/** Whoever reads or writes: told how its operation goes on. */
export interface Copier {
  /** Elements were moved. The operation stays open for more until {@link Shared.forget} is called. */
  copied(): void;
  /** The operation is over. */
  done(result: CopyResult): void;
}

/** The state of an end: CanonicalABI's `CopyState`. */
export const CopyState = { idle: 0, copying: 1, cancelling: 2, done: 3 } as const;
export type CopyState = (typeof CopyState)[keyof typeof CopyState];

/** Elements between ends of the same instance are only copied when they are plain numbers, for now. */
function checkOwners(one: CopyBuffer, other: CopyBuffer, numeric: boolean): void {
  if (one.owner === other.owner && !numeric) trap('cannot read from and write to intra-component future/stream with non-numeric payload');
}

/** Moves elements from the one buffer to the other. */
function move(from: ReadableBuffer, to: WritableBuffer, count: number): void {
  for (let left = count; left > 0;) {
    const part = Math.min(left, to.step);
    to.put(from.take(part), part);
    left -= part;
  }
}

/** What both ends of a stream or future share: at most one side waits, and elements go straight from the one buffer to the other. */
abstract class Shared {
  /** Whether elements are absent or numbers. */
  readonly numeric: boolean;
  dropped = false;
  protected from: ReadableBuffer | undefined;
  protected to: WritableBuffer | undefined;
  /** Whose buffer that is; at most one of the two is there. */
  protected waiting: Copier | undefined;

  constructor(numeric: boolean) {
    this.numeric = numeric;
  }

  /** The operation of this copier is over, and its buffer is its own again. */
  forget(copier: Copier): void {
    if (this.waiting !== copier) return;
    this.from = undefined;
    this.to = undefined;
    this.waiting = undefined;
  }
  protected wait(copier: Copier, from: ReadableBuffer | undefined, to: WritableBuffer | undefined): void {
    this.from = from;
    this.to = to;
    this.waiting = copier;
  }
  protected settle(result: CopyResult): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    this.forget(waiting);
    waiting.done(result);
  }

  /** Ends the operation of this copier, if it waits. */
  cancel(copier: Copier): void {
    if (this.waiting === copier) this.settle(CopyResult.cancelled);
  }
  /** One end is gone: whoever waits is told, and whoever comes. (The writable end of a future cannot go before it has written.) */
  drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    this.settle(CopyResult.dropped);
  }
}

/** The part both ends of a stream share. */
export class SharedStream extends Shared {
  read(buffer: WritableBuffer, reader: Copier): void {
    const { from, waiting } = this;
    if (this.dropped) reader.done(CopyResult.dropped);
    else if (from === undefined || waiting === undefined) this.wait(reader, undefined, buffer);
    else {
      checkOwners(buffer, from, this.numeric);
      const { remain } = from;
      if (remain > 0) {
        const count = Math.min(buffer.remain, remain);
        if (count > 0) {
          move(from, buffer, count);
          waiting.copied();
        }
        reader.done(CopyResult.completed);
      } else {
        this.settle(CopyResult.completed);
        this.wait(reader, undefined, buffer);
      }
    }
  }

  write(buffer: ReadableBuffer, writer: Copier): void {
    const { to, waiting } = this;
    if (this.dropped) writer.done(CopyResult.dropped);
    else if (to === undefined || waiting === undefined) this.wait(writer, buffer, undefined);
    else {
      checkOwners(buffer, to, this.numeric);
      const { remain } = to;
      if (remain > 0) {
        const count = Math.min(buffer.remain, remain);
        if (count > 0) {
          move(buffer, to, count);
          waiting.copied();
        }
        writer.done(CopyResult.completed);
      } else if (buffer.length === 0 && to.length === 0) writer.done(CopyResult.completed);
      else {
        this.settle(CopyResult.completed);
        this.wait(writer, buffer, undefined);
      }
    }
  }
}

/** The part both ends of a future share: read and write complete together. */
export class SharedFuture extends Shared {
  read(buffer: WritableBuffer, reader: Copier): void {
    const { from } = this;
    if (from === undefined) {
      this.wait(reader, undefined, buffer);
      return;
    }
    checkOwners(buffer, from, this.numeric);
    buffer.put(from.take(1), 1);
    this.settle(CopyResult.completed);
    reader.done(CopyResult.completed);
  }

  write(buffer: ReadableBuffer, writer: Copier): void {
    const { to } = this;
    if (this.dropped) writer.done(CopyResult.dropped);
    else if (to === undefined) this.wait(writer, buffer, undefined);
    else {
      checkOwners(buffer, to, this.numeric);
      to.put(buffer.take(1), 1);
      this.settle(CopyResult.completed);
      writer.done(CopyResult.completed);
    }
  }
}

/** An end of a stream or future in a component's table. */
export abstract class CopyEnd extends Waitable implements Copier {
  /** The type index of the stream or future itself: ends of other types do not fit. */
  readonly type: number;
  readonly side: 'read' | 'write';
  state: CopyState = CopyState.idle;
  /** Why it is done, for the message of the next attempt. */
  doneBecause: 'dropped' | 'completed' | undefined;
  /** Its number in the table, for events. */
  handle = 0;
  /** The buffer of the operation that began last, and how that went. */
  protected buffer: CopyBuffer | undefined;
  protected result: CopyResult = CopyResult.completed;

  abstract readonly shared: SharedStream | SharedFuture;

  constructor(type: number, side: 'read' | 'write') {
    super();
    this.type = type;
    this.side = side;
  }

  get copying(): boolean {
    return this.state === CopyState.copying || this.state === CopyState.cancelling;
  }

  /** Begins a read or write; its event comes when it has made progress or is over. */
  begin(buffer: ReadableBuffer & WritableBuffer): void {
    this.state = CopyState.copying;
    this.buffer = buffer;
    if (this.side === 'read') this.shared.read(buffer, this);
    else this.shared.write(buffer, this);
  }

  copied(): void {
    this.done(CopyResult.completed);
  }
  done(result: CopyResult): void {
    this.result = result;
    this.notePending();
  }

  /** Gives its operation up: also one that has made progress, as the component model's tests have it (its text does not say so). */
  cancel(): void {
    this.state = CopyState.cancelling;
    this.shared.cancel(this);
  }
}

export class StreamEnd extends CopyEnd {
  readonly shared: SharedStream;

  constructor(type: number, shared: SharedStream, side: 'read' | 'write') {
    super(type, side);
    this.shared = shared;
  }

  protected deliver(): EventTuple {
    const { result } = this;
    // The buffer may have been filled further until now; from here on it is the guest's.
    this.shared.forget(this);
    this.state = result === CopyResult.dropped ? CopyState.done : CopyState.idle;
    const payload = result | ((this.buffer?.progress ?? 0) << 4);
    this.buffer = undefined;
    return { code: this.side === 'read' ? EventCode.streamRead : EventCode.streamWrite, index: this.handle, payload };
  }
  drop(): void {
    if (this.copying) trap('cannot drop busy stream');
    this.shared.drop();
    this.leave();
  }
}

export class FutureEnd extends CopyEnd {
  readonly shared: SharedFuture;

  constructor(type: number, shared: SharedFuture, side: 'read' | 'write') {
    super(type, side);
    this.shared = shared;
  }
  protected deliver(): EventTuple {
    const { result } = this;
    this.buffer = undefined;
    this.state = result === CopyResult.cancelled ? CopyState.idle : CopyState.done;
    if (result !== CopyResult.cancelled) this.doneBecause = result === CopyResult.completed ? 'completed' : 'dropped';
    return { code: this.side === 'read' ? EventCode.futureRead : EventCode.futureWrite, index: this.handle, payload: result };
  }
  drop(): void {
    if (this.copying) trap('cannot drop busy future');
    if (this.side === 'write' && this.state !== CopyState.done) trap('cannot drop future write end without first writing a value');
    if (this.side === 'read') this.shared.drop();
    this.leave();
  }
}
