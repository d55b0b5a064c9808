import { within } from '../failure-place.ts';
import type { FuncType, TypeIndex } from '../plan/plan.ts';
import type { AbiContext, Codec, CoreValue, FlatType } from './context.ts';
import { allocate, checkArea, type Pointers, pointers32 } from './pointers.ts';
import { type Layout, layOut } from './records.ts';
import { isSingle, type SingleCodec } from './scalars.ts';

/** CanonicalABI.md, `MAX_FLAT_PARAMS`, `MAX_FLAT_ASYNC_PARAMS` and `MAX_FLAT_RESULTS`. */
const mostParams = 16;
const mostAsyncParams = 4;
const mostResults = 1;

/** The core function type of a use of a function: CanonicalABI.md, `flatten_functype`. */
export interface CoreSignature {
  readonly params: readonly FlatType[];
  readonly results: readonly FlatType[];
}

/** How an export of a guest is called. */
export interface LiftSignature extends CoreSignature {
  /** The core arguments; what does not fit in them is put where the guest's realloc says. */
  lowerParams(cx: AbiContext, args: readonly unknown[]): CoreValue[];
  /** The value of what the core function gave back. For the sync ABI only. */
  liftResult(cx: AbiContext, core: CoreValue | undefined): unknown;
}

/** Lifts one core value. */
export type LiftSingle = SingleCodec['liftSingle'];

/** How a guest's call of something that it imports is answered. */
export interface LowerSignature extends CoreSignature {
  /** At which core parameter the guest says where the result goes, if it does. */
  readonly outPointer: number | undefined;
  /** How each parameter is lifted by itself, where each is one core value: no list has to be made. */
  readonly singles: readonly LiftSingle[] | undefined;
  /** The failure of a parameter that was lifted by itself, with its place. */
  failedSingle(failure: unknown, cx: AbiContext, index: number): unknown;
  liftParams(cx: AbiContext, values: readonly CoreValue[]): unknown[];
  /** Puts the result where it goes; the answer is the core result, if there is one besides the status of an async call. */
  lowerResult(cx: AbiContext, value: unknown, out?: CoreValue): CoreValue | undefined;
}

/** How `task.return` is called. */
export interface ReturnSignature extends CoreSignature {
  liftReturn(cx: AbiContext, values: readonly CoreValue[]): unknown;
}

/** Which side of a call, and with which ABI; `async-lift` is that with a callback. */
export type SignatureUse = 'lift' | 'async-lift' | 'lower' | 'async-lower' | 'task.return';

/** Where codecs come from: what `createCodecs` gives. Without `pointers` they are of 32 bits. */
export interface CodecSource {
  (index: TypeIndex): Codec;
  readonly pointers?: Pointers;
}

/** How functions of this type cross in one direction. Made once for each function of a plan. */
export function createSignature(codecs: CodecSource, func: FuncType, use: 'lift' | 'async-lift'): LiftSignature;
export function createSignature(codecs: CodecSource, func: FuncType, use: 'lower' | 'async-lower'): LowerSignature;
export function createSignature(codecs: CodecSource, func: Pick<FuncType, 'result'>, use: 'task.return'): ReturnSignature;
export function createSignature(
  codecs: CodecSource,
  func: FuncType | Pick<FuncType, 'result'>,
  use: SignatureUse,
): LiftSignature | LowerSignature | ReturnSignature {
  const pointers = codecs.pointers ?? pointers32;
  const result = func.result === undefined ? undefined : codecs(func.result);
  if (use === 'task.return') return returnSignature(pointers, result);
  const { params } = func as FuncType;
  if (use === 'lift' || use === 'async-lift') return liftSignature(codecs, pointers, params, result, use === 'async-lift');
  return lowerSignature(codecs, pointers, params, result, use === 'async-lower');
}

type Params = FuncType['params'];

function liftSignature(codecs: CodecSource, pointers: Pointers, params: Params, result: Codec | undefined, async: boolean): LiftSignature {
  const items = params.map((param) => codecs(param.type));
  const steps = stepsOf(params);
  const layout = layOut(items);
  const spilled = layout.flat.length > mostParams;
  const results = result?.flat ?? [];
  const pointed = results.length > mostResults;

  function lowerFlat(cx: AbiContext, args: readonly unknown[]): CoreValue[] {
    const values: CoreValue[] = [];
    let i = 0;
    try {
      for (; i < items.length; i++) (items[i] as Codec).lower(cx, args[i], values);
    } catch (error) {
      throw failed(error, cx, steps[i] as string);
    }
    return values;
  }

  function lowerSingles(cx: AbiContext, args: readonly unknown[]): CoreValue[] {
    const values = Array<CoreValue>(items.length);
    let i = 0;
    try {
      for (; i < items.length; i++) values[i] = (items[i] as SingleCodec).single(cx, args[i]);
    } catch (error) {
      throw failed(error, cx, steps[i] as string);
    }
    return values;
  }

  function lowerSpilled(cx: AbiContext, args: readonly unknown[]): CoreValue[] {
    let i = -1;
    try {
      const pointer = allocate(cx, layout.align, layout.size);
      i = 0;
      for (; i < items.length; i++) (items[i] as Codec).store(cx, args[i], pointer + (layout.offsets[i] as number));
      return [pointers.toCore(pointer)];
    } catch (error) {
      throw failed(error, cx, steps[i] ?? 'parameters');
    }
  }

  function liftResult(cx: AbiContext, core: CoreValue | undefined): unknown {
    if (result === undefined) return undefined;
    cx.left = cx.most;
    try {
      return pointed ? loadArea(cx, result, pointers.fromCore(core)) : result.lift(cx, [core as CoreValue], 0);
    } catch (error) {
      throw failed(error, cx, 'result');
    }
  }

  return {
    params: spilled ? [pointers.flat] : layout.flat,
    results: async ? ['i32'] : pointed ? [pointers.flat] : results,
    lowerParams: items.length === 0 ? () => [] : spilled ? lowerSpilled : items.every(isSingle) ? lowerSingles : lowerFlat,
    liftResult,
  };
}

function lowerSignature(codecs: CodecSource, pointers: Pointers, params: Params, result: Codec | undefined, async: boolean): LowerSignature {
  const items = params.map((param) => codecs(param.type));
  const steps = stepsOf(params);
  const layout = layOut(items);
  const spilled = layout.flat.length > (async ? mostAsyncParams : mostParams);
  const flat = spilled ? [pointers.flat] : layout.flat;
  const results = result?.flat ?? [];
  const pointed = async ? result !== undefined : results.length > mostResults;
  const single = result !== undefined && isSingle(result) ? result.single : undefined;

  function lowerResult(cx: AbiContext, value: unknown, out?: CoreValue): CoreValue | undefined {
    if (result === undefined) return undefined;
    try {
      if (pointed) {
        const pointer = pointers.fromCore(out);
        checkArea(cx, pointer, result.align, result.size);
        result.store(cx, value, pointer);
        return undefined;
      }
      if (single !== undefined) return single(cx, value);
      const values: CoreValue[] = [];
      result.lower(cx, value, values);
      return values[0];
    } catch (error) {
      throw failed(error, cx, 'result');
    }
  }

  return {
    params: pointed ? [...flat, pointers.flat] : flat,
    results: async ? ['i32'] : pointed ? [] : results,
    outPointer: pointed ? flat.length : undefined,
    singles: !spilled && items.every(isSingle) ? items.map(({ liftSingle }) => liftSingle) : undefined,
    failedSingle: (failure, cx, index) => failed(failure, cx, steps[index] as string),
    liftParams:
      items.length === 0
        ? () => []
        : spilled
          ? (cx, values) => loadAll(cx, items, steps, layout, pointers.fromCore(values[0]))
          : (cx, values) => liftAll(cx, items, steps, layout, values),
    lowerResult,
  };
}

function returnSignature(pointers: Pointers, result: Codec | undefined): ReturnSignature {
  if (result === undefined) return { params: [], results: [], liftReturn: () => undefined };
  const spilled = result.flat.length > mostParams;
  return {
    params: spilled ? [pointers.flat] : result.flat,
    results: [],
    liftReturn: (cx, values) => {
      cx.left = cx.most;
      try {
        return spilled ? loadArea(cx, result, pointers.fromCore(values[0])) : result.lift(cx, values, 0);
      } catch (error) {
        throw failed(error, cx, 'result');
      }
    },
  };
}

function stepsOf(params: Params): string[] {
  return params.map((param, i) => `parameter ${i + 1} (${param.name})`);
}

/** A failure of a whole parameter or result. */
function failed(error: unknown, cx: AbiContext, step: string): unknown {
  return within(error, step, cx.where === undefined ? undefined : () => cx.where?.() ?? '');
}

/** Reads one value where the guest says. */
function loadArea(cx: AbiContext, codec: Codec, pointer: number): unknown {
  checkArea(cx, pointer, codec.align, codec.size);
  return codec.load(cx, pointer);
}

function loadAll(cx: AbiContext, items: readonly Codec[], steps: readonly string[], layout: Layout, pointer: number): unknown[] {
  let i = -1;
  cx.left = cx.most;
  try {
    checkArea(cx, pointer, layout.align, layout.size);
    const values = Array<unknown>(items.length);
    for (i = 0; i < items.length; i++) values[i] = (items[i] as Codec).load(cx, pointer + (layout.offsets[i] as number));
    return values;
  } catch (error) {
    throw failed(error, cx, steps[i] ?? 'parameters');
  }
}

function liftAll(cx: AbiContext, items: readonly Codec[], steps: readonly string[], layout: Layout, core: readonly CoreValue[]): unknown[] {
  let i = 0;
  cx.left = cx.most;
  try {
    const values = Array<unknown>(items.length);
    for (; i < items.length; i++) values[i] = (items[i] as Codec).lift(cx, core, layout.starts[i] as number);
    return values;
  } catch (error) {
    throw failed(error, cx, steps[i] as string);
  }
}
