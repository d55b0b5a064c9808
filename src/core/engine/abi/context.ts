import type { ResourceIndex, TypeIndex } from '../plan/plan.ts';

/** A core value as JavaScript has it: i64 as bigint, all others as number. */
export type CoreValue = number | bigint;

/** One linear memory. The views die whenever it grows: they are read through this object, never kept over a call into core code. */
export interface Memory {
  /** The bytes now. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/**
 * One side of a call: whose memory values are read from or written to, and how its handles become values. Lifting reads values the guest
 * gave, lowering writes values for the guest.
 */
export interface AbiContext {
  readonly memory: Memory;
  readonly encoding: 'utf8' | 'utf16' | 'latin1+utf16';
  /** How many bytes of strings and lists may yet be lifted in this crossing: a guest can name the same ones again and again. */
  left: number;
  /** The most bytes of strings and lists that one crossing may carry. */
  readonly most: number;
  /**
   * Asks the guest for `newSize` bytes; whether the answer is aligned and in bounds is for the caller to check.
   * Runs guest code: memory views taken before are stale.
   */
  realloc(oldPointer: number, oldSize: number, align: number, newSize: number): number;
  liftOwn(resource: ResourceIndex, handle: number): unknown;
  lowerOwn(resource: ResourceIndex, value: unknown): number;
  liftBorrow(resource: ResourceIndex, handle: number): unknown;
  lowerBorrow(resource: ResourceIndex, value: unknown): number;
  /** `type` is the stream's or future's own type. */
  liftStream(type: TypeIndex, handle: number): unknown;
  lowerStream(type: TypeIndex, value: unknown): number;
  liftFuture(type: TypeIndex, handle: number): unknown;
  lowerFuture(type: TypeIndex, value: unknown): number;
  liftErrorContext(handle: number): unknown;
  lowerErrorContext(value: unknown): number;
  /** Whose values these are, and which function's, in front of the message of a failure. */
  where?(): string;
}

/** The core types of a flattened value. */
export type FlatType = 'i32' | 'i64' | 'f32' | 'f64';

/** How one value type crosses: made once for each type of a plan, used for every call. */
export interface Codec {
  readonly size: number;
  readonly align: number;
  /** Absent parts of the flat form of variants are joined as the canonical ABI says. */
  readonly flat: readonly FlatType[];
  /** Reads from memory; the pointer is aligned and in bounds for `size`. */
  load(cx: AbiContext, pointer: number): unknown;
  /** Writes to memory; the pointer is aligned and in bounds for `size`. */
  store(cx: AbiContext, value: unknown, pointer: number): void;
  /** Takes `flat.length` core values from `values` at `at`. */
  lift(cx: AbiContext, values: readonly CoreValue[], at: number): unknown;
  /** Appends `flat.length` core values to `values`. */
  lower(cx: AbiContext, value: unknown, values: CoreValue[]): void;
}
