import { atomOf, headOf, type Node, type StringNode } from './reader.ts';

/** A value as a script writes it: an argument or an expected result. */
export type Constant =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'u8' | 's8' | 'u16' | 's16' | 'u32' | 's32' | 'f32' | 'f64'; readonly value: number }
  | { readonly kind: 'u64' | 's64'; readonly value: bigint }
  | { readonly kind: 'char' | 'string' | 'enum'; readonly value: string }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Constant[] }
  | { readonly kind: 'record'; readonly fields: readonly (readonly [name: string, value: Constant])[] }
  | { readonly kind: 'variant'; readonly name: string; readonly payload?: Constant }
  | { readonly kind: 'option'; readonly some?: Constant }
  | { readonly kind: 'result'; readonly tag: 'ok' | 'err'; readonly payload?: Constant }
  | { readonly kind: 'flags'; readonly names: readonly string[] };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a string node. */
export function textOf(node: Node | undefined): string {
  if (node?.kind !== 'string') throw new SyntaxError('a string is expected');
  return decoder.decode(node.bytes);
}

/** A value in parentheses: `(u8.const 1)`. */
export function readConstant(node: Node): Constant {
  if (node.kind !== 'list') throw new SyntaxError('a value in parentheses is expected');
  return readBare(node.items);
}

/** A value without its parentheses, as the fields of records have it: `u8.const 1`. */
function readBare(items: readonly Node[]): Constant {
  const [head, ...rest] = items;
  if (head?.kind === 'list' && rest.length === 0) return readBare(head.items);
  const what = atomOf(head);
  const [first] = rest;
  const payload = (node: Node | undefined): { payload?: Constant } => (node === undefined ? {} : { payload: readConstant(node) });
  switch (what) {
    case 'bool.const':
      return { kind: 'bool', value: atomOf(first) === 'true' || atomOf(first) === '1' };
    case 'u8.const':
    case 'u16.const':
    case 'u32.const':
    case 's8.const':
    case 's16.const':
    case 's32.const':
      return integer(what.slice(0, -'.const'.length) as 'u8', number(first));
    case 'u64.const':
    case 's64.const':
      return { kind: what === 'u64.const' ? 'u64' : 's64', value: (what === 'u64.const' ? BigInt.asUintN : BigInt.asIntN)(64, bigint(number(first))) };
    case 'f32.const':
      return { kind: 'f32', value: Math.fround(float(number(first))) };
    case 'f64.const':
      return { kind: 'f64', value: float(number(first)) };
    case 'char.const':
      return { kind: 'char', value: textOf(first) };
    case 'str.const':
      return { kind: 'string', value: textOf(first) };
    case 'enum.const':
      return { kind: 'enum', value: textOf(first) };
    case 'list.const':
    case 'tuple.const':
      return { kind: what === 'list.const' ? 'list' : 'tuple', items: rest.map(readConstant) };
    case 'record.const':
      return { kind: 'record', fields: rest.map(field) };
    case 'variant.const':
      return { kind: 'variant', name: textOf(first), ...payload(rest[1]) };
    case 'option.none':
      return { kind: 'option' };
    case 'option.some':
      return { kind: 'option', some: readBare(rest) };
    case 'result.ok':
    case 'result.err':
      return { kind: 'result', tag: what === 'result.ok' ? 'ok' : 'err', ...(rest.length === 0 ? {} : { payload: readBare(rest) }) };
    case 'flags.const':
      return { kind: 'flags', names: rest.map(textOf) };
    default:
      throw new SyntaxError(`${what ?? 'a list'} is no value that is known here`);
  }
}

function field(node: Node): readonly [string, Constant] {
  if (node.kind !== 'list' || headOf(node) !== 'field') throw new SyntaxError('a field is expected');
  const [, name, ...value] = node.items;
  return [textOf(name as StringNode), readBare(value)];
}

function number(node: Node | undefined): string {
  const text = atomOf(node);
  if (text === undefined) throw new SyntaxError('a number is expected');
  return text.replaceAll('_', '');
}

/** Scripts write `0xffffffff` for a signed number too. */
function integer(kind: 'u8' | 's8' | 'u16' | 's16' | 'u32' | 's32', text: string): Constant {
  const bits = Number(kind.slice(1));
  const value = Number(bigint(text));
  if (kind.startsWith('u')) return { kind, value: bits === 32 ? value >>> 0 : value & (2 ** bits - 1) };
  return { kind, value: (value << (32 - bits)) >> (32 - bits) };
}

function bigint(text: string): bigint {
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text.replace(/^\+/, ''));
}

/** Decimal, hexadecimal with a binary exponent, `inf` and `nan`. */
function float(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const plain = text.replace(/^[+-]/, '');
  if (plain === 'inf') return sign * Infinity;
  if (plain.startsWith('nan')) return NaN;
  const hex = /^0x([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?$/i.exec(plain);
  if (hex === null) return sign * Number(plain);
  const [, whole = '', fraction = '', exponent = '0'] = hex;
  return sign * Number.parseInt(whole + fraction || '0', 16) * 2 ** (Number(exponent) - 4 * fraction.length);
}
