import type { TypeDef, TypeIndex } from '../plan/plan.ts';
import type { Codec } from './context.ts';
import { createElementCost } from './costs.ts';
import { createByteElements, createElements, createNumberElements, type Elements, isNumberKind } from './elements.ts';
import { fixedListCodec, listCodec, mapCodec } from './lists.ts';
import { type Pointers, pointersOf } from './pointers.ts';
import { flagsCodec, recordCodec, tupleCodec } from './records.ts';
import { handleCodec, scalars } from './scalars.ts';
import { stringCodec } from './strings.ts';
import { enumCodec, plainOptionCodec, resultCodec, taggedOptionCodec, variantCodec } from './variants.ts';

/** The codecs of a plan's types: one for each, made when first asked for. */
export interface Codecs {
  (index: TypeIndex): Codec;
  /** Elements of a type side by side, as streams carry them. */
  elements(index: TypeIndex): Elements;
  readonly pointers: Pointers;
}

/** For whom codecs are. */
export interface CodecOptions {
  /**
   * What is lifted goes to another guest and no host sees it: strings are `GuestString`s, which remember how the first guest had them, and
   * maps are arrays of pairs. Every codec lowers such values.
   */
  readonly guests?: boolean;
  /** The memory is indexed by i64. */
  readonly memory64?: boolean;
}

/**
 * How the types of a plan cross. Values are represented as jco represents them. Lifting traps for what no value is; lowering throws a
 * TypeError, which says where, for values that do not fit the type. CanonicalABI.md, "Loading" to "Flat Lowering".
 */
export function createCodecs(types: readonly TypeDef[], options: CodecOptions = {}): Codecs {
  const { guests = false, memory64 = false } = options;
  const pointers = pointersOf(memory64);
  const made = new Map<TypeIndex, Codec>();
  const rows = new Map<TypeIndex, Elements>();
  const pending = new Set<TypeIndex>();
  const elementCost = createElementCost(types);
  const text = stringCodec(pointers, guests);
  const errorContext = handleCodec(
    (cx, handle) => cx.liftErrorContext(handle),
    (cx, value) => cx.lowerErrorContext(value),
  );

  function typeAt(index: TypeIndex): TypeDef {
    const type = types[index];
    if (type === undefined) throw new RangeError(`no type has index ${index}`);
    return type;
  }

  function codecAt(index: TypeIndex): Codec {
    const known = made.get(index);
    if (known !== undefined) return known;
    if (pending.has(index)) throw new RangeError(`type ${index} contains itself`);
    pending.add(index);
    try {
      const codec = createCodec(typeAt(index), index);
      made.set(index, codec);
      return codec;
    } finally {
      pending.delete(index);
    }
  }

  function codecOf(index: TypeIndex | undefined): Codec | undefined {
    return index === undefined ? undefined : codecAt(index);
  }

  function elementsAt(index: TypeIndex): Elements {
    const known = rows.get(index);
    if (known !== undefined) return known;
    const { kind } = typeAt(index);
    const codec = codecAt(index);
    const elements =
      kind === 'u8' ? createByteElements(codec) : isNumberKind(kind) ? createNumberElements(kind, codec) : createElements(codec, elementCost(index));
    rows.set(index, elements);
    return elements;
  }

  /** Whether undefined is a value of the type. */
  function isPlainOption(type: TypeDef): boolean {
    return type.kind === 'option' && !isPlainOption(typeAt(type.some));
  }

  function createCodec(type: TypeDef, index: TypeIndex): Codec {
    switch (type.kind) {
      case 'string':
        return text;
      case 'error-context':
        return errorContext;
      case 'list':
        return listCodec(pointers, elementsAt(type.element));
      case 'fixed-list':
        return fixedListCodec(codecAt(type.element), elementsAt(type.element), type.length);
      case 'map':
        return mapCodec(
          pointers,
          createElements(tupleCodec([codecAt(type.key), codecAt(type.value)]), elementCost(type.key) + elementCost(type.value)),
          guests,
        );
      case 'record':
        return recordCodec(
          type.fields.map((field) => field.name),
          type.fields.map((field) => codecAt(field.type)),
        );
      case 'tuple':
        return tupleCodec(type.items.map(codecAt));
      case 'flags':
        return flagsCodec(type.names);
      case 'enum':
        return enumCodec(type.names);
      case 'variant':
        return variantCodec(
          type.cases.map((one) => one.name),
          type.cases.map((one) => codecOf(one.type)),
        );
      case 'option': {
        const some = codecAt(type.some);
        return isPlainOption(type) ? plainOptionCodec(some) : taggedOptionCodec(some);
      }
      case 'result':
        return resultCodec(codecOf(type.ok), codecOf(type.err));
      case 'own': {
        const { resource } = type;
        return handleCodec(
          (cx, handle) => cx.liftOwn(resource, handle),
          (cx, value) => cx.lowerOwn(resource, value),
        );
      }
      case 'borrow': {
        const { resource } = type;
        return handleCodec(
          (cx, handle) => cx.liftBorrow(resource, handle),
          (cx, value) => cx.lowerBorrow(resource, value),
        );
      }
      case 'stream':
        return handleCodec(
          (cx, handle) => cx.liftStream(index, handle),
          (cx, value) => cx.lowerStream(index, value),
        );
      case 'future':
        return handleCodec(
          (cx, handle) => cx.liftFuture(index, handle),
          (cx, value) => cx.lowerFuture(index, value),
        );
      default:
        return scalars[type.kind];
    }
  }

  return Object.assign((index: TypeIndex): Codec => codecAt(index), { elements: elementsAt, pointers });
}
