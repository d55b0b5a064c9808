import { trap } from '../trap.ts';
import type { AbiContext, CoreValue, FlatType } from './context.ts';

/** The most bytes of one string or list: CanonicalABI.md, `MAX_STRING_BYTE_LENGTH` and `MAX_LIST_BYTE_LENGTH`. */
export const mostBytes: number = 2 ** 28 - 1;

/** Bit 31 of a length: the string is UTF-16 though its encoding is latin1+utf16. */
export const utf16Tag: number = 2 ** 31;

/**
 * How pointers and lengths cross in a memory of this width. As JavaScript has them they are numbers; a tagged length is the same number
 * for both widths, with the tag in bit 31.
 */
export interface Pointers {
  readonly size: 4 | 8;
  readonly flat: FlatType;
  load(view: DataView, at: number): number;
  store(view: DataView, at: number, value: number): void;
  fromCore(value: CoreValue | undefined): number;
  toCore(value: number): CoreValue;
  loadLength(view: DataView, at: number): number;
  storeLength(view: DataView, at: number, value: number): void;
  lengthFromCore(value: CoreValue | undefined): number;
  lengthToCore(value: number): CoreValue;
}

const load32 = (view: DataView, at: number): number => view.getUint32(at, true);
const store32 = (view: DataView, at: number, value: number): void => view.setUint32(at, value, true);
const fromCore32 = (value: CoreValue | undefined): number => (value as number) >>> 0;
const toCore32 = (value: number): CoreValue => value;

/** Pointers of 32 bits. */
export const pointers32: Pointers = {
  size: 4,
  flat: 'i32',
  load: load32,
  store: store32,
  fromCore: fromCore32,
  toCore: toCore32,
  loadLength: load32,
  storeLength: store32,
  lengthFromCore: fromCore32,
  lengthToCore: toCore32,
};

const tag64 = 1n << 63n;

/** Lengths that no memory can have become the largest below the tag, so that they trap as out of bounds. */
function narrowLength(value: bigint): number {
  const bits = BigInt.asUintN(64, value);
  const tagged = bits >= tag64;
  const units = Number(tagged ? bits - tag64 : bits);
  return Math.min(units, utf16Tag - 1) + (tagged ? utf16Tag : 0);
}

function widenLength(value: number): bigint {
  return value >= utf16Tag ? tag64 | BigInt(value - utf16Tag) : BigInt(value);
}

/** Pointers of 64 bits, for memories that are indexed by i64. */
export const pointers64: Pointers = {
  size: 8,
  flat: 'i64',
  load: (view, at) => Number(view.getBigUint64(at, true)),
  store: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
  fromCore: (value) => Number(BigInt.asUintN(64, value as bigint)),
  toCore: (value) => BigInt(value),
  loadLength: (view, at) => narrowLength(view.getBigUint64(at, true)),
  storeLength: (view, at, value) => view.setBigUint64(at, widenLength(value), true),
  lengthFromCore: (value) => narrowLength(value as bigint),
  lengthToCore: (value) => widenLength(value),
};

/** The pointers of a memory that is indexed by i32, or by i64. */
export function pointersOf(memory64: boolean | undefined): Pointers {
  return memory64 === true ? pointers64 : pointers32;
}

/** What a piece of memory holds, for the words of traps. */
export type Content = 'string' | 'list';

/** Traps unless the pointer, which is aligned or not, can hold `size` bytes: parameters, results and what callbacks point to. */
export function checkArea(cx: AbiContext, pointer: number, align: number, size: number): void {
  if (pointer % align !== 0) trap('unaligned pointer: pointer not aligned');
  if (pointer + size > cx.memory.bytes.length) trap('pointer out of bounds of memory');
}

/** Traps unless the guest's string or list lies in its memory: also an empty one. CanonicalABI.md, `load_string_from_range`, `load_list_from_range`. */
export function checkContent(cx: AbiContext, pointer: number, align: number, size: number, content: Content): void {
  if (size > mostBytes) trap(`${content} content out-of-bounds: ${content} of more than ${mostBytes} bytes`);
  if (pointer % align !== 0)
    trap(content === 'string' ? `unaligned pointer: string pointer not aligned to ${align}` : 'unaligned pointer: list pointer is not aligned');
  if (pointer + size > cx.memory.bytes.length) trap(`${content} content out-of-bounds: ${content} pointer/length out of bounds of memory`);
  spend(cx, size);
}

/** Counts bytes that a crossing takes; traps when it has had its share. */
export function spend(cx: AbiContext, bytes: number): void {
  if ((cx.left -= bytes) < 0) trap(`more than ${cx.most} bytes at once: fuel allocated for hostcalls has been exhausted`);
}

/** Asks the guest for memory and checks what it answers. Views taken before are stale after. */
export function allocate(cx: AbiContext, align: number, size: number, content?: Content): number {
  return reallocate(cx, 0, 0, align, size, content);
}

/** Like {@link allocate} for memory that it already gave. */
export function reallocate(cx: AbiContext, old: number, oldSize: number, align: number, size: number, content?: Content): number {
  if (size > cx.most) trap(`${size} bytes for the guest at once, more than its limit of ${cx.most}`);
  const pointer = cx.realloc(old, oldSize, align, size);
  if (pointer % align !== 0) trap('unaligned pointer: realloc return: result not aligned');
  if (pointer + size > cx.memory.bytes.length) trap(`${content === undefined ? '' : `${content} content out-of-bounds: `}realloc return: beyond end of memory`);
  return pointer;
}
