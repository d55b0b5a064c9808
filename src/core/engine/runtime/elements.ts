import type { AbiContext } from '../abi/context.ts';
import { type Elements, isNumberKind } from '../abi/elements.ts';
import { trap } from '../trap.ts';
import { mostElements, type ReadableBuffer, type WritableBuffer } from './copy.ts';
import type { ComponentInstance } from './instance.ts';

/** How the elements of one stream or future type move. */
export interface StreamElements {
  /** Absent for a stream of nothing. */
  readonly elements: Elements | undefined;
  readonly bytes: boolean;
  /** Whether there are no elements, or numbers only: then they may move within one instance. */
  readonly numeric: boolean;
}

/** @param kind of the element type, absent for none */
export function streamElements(kind: string | undefined, elements: Elements | undefined): StreamElements {
  return { elements, bytes: kind === 'u8', numeric: kind === undefined || isNumberKind(kind) };
}

/** How many elements that are not bytes are values at a time on their way between guests. */
const mostAtOnce = 16_384;

/** A guest's memory as one side of a copy. (CanonicalABI, "Buffer State") */
export class GuestBuffer implements ReadableBuffer, WritableBuffer {
  readonly owner: ComponentInstance;
  readonly length: number;
  readonly step: number;
  progress = 0;
  readonly #cx: AbiContext;
  readonly #kind: StreamElements;
  #pointer: number;

  constructor(owner: ComponentInstance, cx: AbiContext, kind: StreamElements, pointer: number, length: number) {
    if (length > mostElements) trap('stream read/write count too large');
    const { elements } = kind;
    if (elements !== undefined && length > 0) {
      if (pointer % elements.align !== 0) trap('unaligned pointer');
      if (pointer + length * elements.size > cx.memory.bytes.length) trap('pointer out of bounds of memory');
    }
    this.owner = owner;
    this.length = length;
    this.step = kind.bytes ? length : mostAtOnce;
    this.#cx = cx;
    this.#kind = kind;
    this.#pointer = pointer;
  }

  get remain(): number {
    return this.length - this.progress;
  }

  take(count: number): unknown {
    const { elements, bytes } = this.#kind;
    const pointer = this.#pointer;
    this.progress += count;
    if (elements === undefined) return { length: count };
    this.#pointer += count * elements.size;
    this.#cx.left = this.#cx.most;
    // Bytes go straight from here to where they are put: a view will do.
    return bytes ? this.#cx.memory.bytes.subarray(pointer, pointer + count) : elements.load(this.#cx, pointer, count);
  }

  put(values: unknown, count: number): void {
    const { elements, bytes } = this.#kind;
    const pointer = this.#pointer;
    this.progress += count;
    if (elements === undefined) return;
    this.#pointer += count * elements.size;
    if (bytes && values instanceof Uint8Array) this.#cx.memory.bytes.set(values.length === count ? values : values.subarray(0, count), pointer);
    else elements.store(this.#cx, values as ArrayLike<unknown>, pointer, 0, count);
  }
}
