import type { Primitive } from '../plan/plan.ts';
import { coreTypeDefinition, coreValueType, type CoreTypeSyntax } from './core-types.ts';
import type { Cursor } from './cursor.ts';
import { externName, type ExternName } from './names.ts';
import { alias, type AliasSyntax } from './sorts.ts';

/** A value type where it is used: a primitive by name or a type by index. */
export type ValueSyntax = Primitive | number;

export interface LabelledSyntax {
  readonly name: string;
  readonly type: ValueSyntax;
}

/** A definition of a type section as it is written; what its indices refer to is for the reader to know. */
export type TypeSyntax = { readonly at: number } & (
  | { readonly kind: 'primitive'; readonly type: Primitive }
  | { readonly kind: 'record'; readonly fields: readonly LabelledSyntax[] }
  | { readonly kind: 'variant'; readonly cases: readonly { readonly name: string; readonly type?: ValueSyntax }[] }
  | { readonly kind: 'list' | 'option'; readonly element: ValueSyntax }
  | { readonly kind: 'fixed-list'; readonly element: ValueSyntax; readonly length: number }
  | { readonly kind: 'map'; readonly key: ValueSyntax; readonly value: ValueSyntax }
  | { readonly kind: 'tuple'; readonly items: readonly ValueSyntax[] }
  | { readonly kind: 'flags' | 'enum'; readonly names: readonly string[] }
  | { readonly kind: 'result'; readonly ok?: ValueSyntax; readonly err?: ValueSyntax }
  | { readonly kind: 'own' | 'borrow'; readonly resource: number }
  | { readonly kind: 'stream' | 'future'; readonly element?: ValueSyntax }
  | { readonly kind: 'func'; readonly async: boolean; readonly params: readonly LabelledSyntax[]; readonly result?: ValueSyntax }
  | { readonly kind: 'component' | 'instance'; readonly declarations: readonly DeclarationSyntax[] }
  | { readonly kind: 'resource'; readonly rep: string; readonly destructor?: number }
);

/** One declaration of a component or instance type. */
export type DeclarationSyntax = { readonly at: number } & (
  | { readonly kind: 'core-type'; readonly type: CoreTypeSyntax }
  | { readonly kind: 'type'; readonly type: TypeSyntax }
  | { readonly kind: 'alias'; readonly alias: AliasSyntax }
  | { readonly kind: 'import' | 'export'; readonly name: ExternName; readonly type: ExternSyntax }
);

/** What an import or export is ascribed (`externtype`). */
export type ExternSyntax = { readonly at: number } & (
  | { readonly kind: 'module' | 'func' | 'component' | 'instance' | 'type'; readonly index: number }
  | { readonly kind: 'resource' }
  | { readonly kind: 'value'; readonly type?: ValueSyntax; readonly index?: number }
);

const primitives: readonly Primitive[] = ['string', 'char', 'f64', 'f32', 'u64', 's64', 'u32', 's32', 'u16', 's16', 'u8', 's8', 'bool'];

function primitive(opcode: number): Primitive | undefined {
  return opcode === 0x64 ? 'error-context' : primitives[opcode - 0x73];
}

/** A value type: a primitive or the index of a type. */
export function valueType(cursor: Cursor): ValueSyntax {
  const at = cursor.at;
  const type = cursor.s33('a value type');
  if (type >= 0) return type;
  return (cursor.at === at + 1 ? primitive(type + 0x80) : undefined) ?? cursor.fail('a value type', at);
}

function optionalValue(cursor: Cursor): ValueSyntax | undefined {
  return cursor.flag('an optional type') ? valueType(cursor) : undefined;
}

function labelled(cursor: Cursor): LabelledSyntax {
  return { name: cursor.name('a label'), type: valueType(cursor) };
}

/** A function's result: one value or none. */
export function resultList(cursor: Cursor): { result?: ValueSyntax } {
  if (!cursor.flag('results')) return { result: valueType(cursor) };
  cursor.literal(0, 'no result');
  return {};
}

/** One definition of a type section. */
export function typeDefinition(cursor: Cursor): TypeSyntax {
  const at = cursor.at;
  const opcode = cursor.u8('a type');
  switch (opcode) {
    case 0x40:
    case 0x43:
      return { at, kind: 'func', async: opcode === 0x43, params: cursor.list('parameter', () => labelled(cursor)), ...resultList(cursor) };
    case 0x41:
    case 0x42: {
      const kind = opcode === 0x41 ? 'component' : 'instance';
      return { at, kind, declarations: cursor.nested(`${kind} type`, () => cursor.list('declaration', () => declaration(cursor, kind))) };
    }
    case 0x3f: {
      const rep = coreValueType(cursor);
      return cursor.flag('a destructor') ? { at, kind: 'resource', rep, destructor: cursor.u32('a core function index') } : { at, kind: 'resource', rep };
    }
    case 0x72:
      return { at, kind: 'record', fields: cursor.list('field', () => labelled(cursor)) };
    case 0x71:
      return { at, kind: 'variant', cases: cursor.list('case', () => variantCase(cursor)) };
    case 0x70:
      return { at, kind: 'list', element: valueType(cursor) };
    case 0x6b:
      return { at, kind: 'option', element: valueType(cursor) };
    case 0x67:
      return { at, kind: 'fixed-list', element: valueType(cursor), length: cursor.u32('a length') };
    case 0x63:
      return { at, kind: 'map', key: valueType(cursor), value: valueType(cursor) };
    case 0x6f:
      return { at, kind: 'tuple', items: cursor.list('tuple member', () => valueType(cursor)) };
    case 0x6e:
      return { at, kind: 'flags', names: cursor.list('label', () => cursor.name('a label')) };
    case 0x6d:
      return { at, kind: 'enum', names: cursor.list('label', () => cursor.name('a label')) };
    case 0x6a: {
      const ok = optionalValue(cursor);
      const err = optionalValue(cursor);
      return { at, kind: 'result', ...(ok === undefined ? {} : { ok }), ...(err === undefined ? {} : { err }) };
    }
    case 0x69:
    case 0x68:
      return { at, kind: opcode === 0x69 ? 'own' : 'borrow', resource: cursor.u32('a type index') };
    case 0x66:
    case 0x65: {
      const element = optionalValue(cursor);
      const kind = opcode === 0x66 ? 'stream' : 'future';
      return element === undefined ? { at, kind } : { at, kind, element };
    }
    default: {
      const type = primitive(opcode) ?? cursor.fail(`a type (found opcode 0x${opcode.toString(16)})`, at);
      return { at, kind: 'primitive', type };
    }
  }
}

function variantCase(cursor: Cursor): { name: string; type?: ValueSyntax } {
  const name = cursor.name('a label');
  const type = optionalValue(cursor);
  cursor.literal(0, 'the end of a case');
  return type === undefined ? { name } : { name, type };
}

/** What an import or export declares of itself. */
export function externType(cursor: Cursor): ExternSyntax {
  const at = cursor.at;
  const kind = cursor.u8('a kind of import or export');
  switch (kind) {
    case 0x00:
      cursor.literal(0x11, 'the sort module');
      return { at, kind: 'module', index: cursor.u32('a core type index') };
    case 0x01:
      return { at, kind: 'func', index: cursor.u32('a type index') };
    case 0x02:
      return cursor.flag('a value bound') ? { at, kind: 'value', type: valueType(cursor) } : { at, kind: 'value', index: cursor.u32('a value index') };
    case 0x03:
      return cursor.flag('a type bound') ? { at, kind: 'resource' } : { at, kind: 'type', index: cursor.u32('a type index') };
    case 0x04:
      return { at, kind: 'component', index: cursor.u32('a type index') };
    case 0x05:
      return { at, kind: 'instance', index: cursor.u32('a type index') };
    default:
      return cursor.fail('a kind of import or export, 0 to 5', at);
  }
}

function declaration(cursor: Cursor, within: 'component' | 'instance'): DeclarationSyntax {
  const at = cursor.at;
  const kind = cursor.u8('a declaration');
  switch (kind) {
    case 0x00:
      return { at, kind: 'core-type', type: coreTypeDefinition(cursor) };
    case 0x01:
      return { at, kind: 'type', type: typeDefinition(cursor) };
    case 0x02:
      return { at, kind: 'alias', alias: alias(cursor) };
    case 0x03:
      if (within === 'instance') cursor.fail('a declaration of an instance type, which has no imports', at);
      return { at, kind: 'import', name: externName(cursor), type: externType(cursor) };
    case 0x04:
      return { at, kind: 'export', name: externName(cursor), type: externType(cursor) };
    default:
      return cursor.fail('a declaration, 0 to 4', at);
  }
}
