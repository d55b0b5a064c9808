import { invalid, type Cursor } from './cursor.ts';

/** A function type of core WebAssembly; value types by their text names. */
export interface CoreFuncType {
  readonly kind: 'func';
  readonly params: readonly string[];
  readonly results: readonly string[];
}

/** A type definition of core WebAssembly. Of structs and arrays only is known whether they can be changed: nothing in a component depends on what they hold. */
export type CoreType = CoreFuncType | { readonly kind: 'aggregate'; readonly mutable: boolean };

/** The size limits of a memory or table; exact below 2^53, which is more than there can be of anything. */
export interface Limits {
  readonly min: number;
  readonly max?: number;
  readonly shared: boolean;
  readonly is64: boolean;
  readonly pageSize: number;
}

/** What a core module imports or exports. */
export type CoreExtern =
  | CoreFuncType
  | { readonly kind: 'table'; readonly element: string; readonly limits: Limits }
  | { readonly kind: 'memory'; readonly limits: Limits }
  | { readonly kind: 'global'; readonly type: string; readonly mutable: boolean }
  | { readonly kind: 'tag'; readonly params: readonly string[]; readonly results: readonly string[] };

export type CoreExternKind = CoreExtern['kind'];

export interface CoreImport {
  readonly module: string;
  readonly name: string;
  readonly type: CoreExtern;
}

/** What a core module needs and offers. */
export interface ModuleType {
  readonly kind: 'module';
  readonly imports: readonly CoreImport[];
  readonly exports: ReadonlyMap<string, CoreExtern>;
}

const valueTypes: ReadonlyMap<number, string> = new Map([
  [0x7f, 'i32'],
  [0x7e, 'i64'],
  [0x7d, 'f32'],
  [0x7c, 'f64'],
  [0x7b, 'v128'],
]);

const heapTypes: ReadonlyMap<number, string> = new Map([
  [0x74, 'noexn'],
  [0x73, 'nofunc'],
  [0x72, 'noextern'],
  [0x71, 'none'],
  [0x70, 'func'],
  [0x6f, 'extern'],
  [0x6e, 'any'],
  [0x6d, 'eq'],
  [0x6c, 'i31'],
  [0x6b, 'struct'],
  [0x6a, 'array'],
  [0x69, 'exn'],
  [0x68, 'cont'],
  [0x75, 'nocont'],
]);

/** A heap type by its name in the text format. */
export function heapType(cursor: Cursor): string {
  const at = cursor.at;
  if (cursor.bytes[at] === 0x65) cursor.at++;
  const type = cursor.s33('a heap type');
  if (type < 0) return heapTypes.get(type + 0x80) ?? cursor.fail('a heap type', at);
  // Two modules number their types differently; the JavaScript engine compares the definitions when it links.
  return 'concrete';
}

/** A core value type by its name in the text format. */
export function coreValueType(cursor: Cursor): string {
  const at = cursor.at;
  const byte = cursor.u8('a core value type');
  const value = valueTypes.get(byte);
  if (value !== undefined) return value;
  if (byte === 0x63 || byte === 0x64) return `(ref ${byte === 0x63 ? 'null ' : ''}${heapType(cursor)})`;
  const heap = heapTypes.get(byte === 0x65 ? cursor.u8('a shared heap type') : byte);
  return heap === undefined ? cursor.fail(`a core value type (found 0x${byte.toString(16)})`, at) : `(ref null ${heap})`;
}

/** Passes over a field; answers whether it can be changed. */
function fieldType(cursor: Cursor): boolean {
  const packed = cursor.bytes[cursor.at];
  if (packed === 0x78 || packed === 0x77) cursor.at++;
  else coreValueType(cursor);
  return cursor.flag('mutability');
}

/** What follows the 0x60 of a function type. */
function coreFuncType(cursor: Cursor): CoreFuncType {
  const value = (): string => coreValueType(cursor);
  return { kind: 'func', params: cursor.list('core parameter', value), results: cursor.list('core result', value) };
}

function compositeType(cursor: Cursor): CoreType {
  const at = cursor.at;
  let opcode = cursor.u8('a core type');
  if (opcode === 0x65) opcode = cursor.u8('a core type');
  if (opcode === 0x60) return coreFuncType(cursor);
  if (opcode === 0x5f) return { kind: 'aggregate', mutable: cursor.list('field', () => fieldType(cursor)).includes(true) };
  if (opcode === 0x5e) return { kind: 'aggregate', mutable: fieldType(cursor) };
  return cursor.fail(`a core type (found opcode 0x${opcode.toString(16)})`, at);
}

function subType(cursor: Cursor): CoreType {
  const opcode = cursor.bytes[cursor.at];
  if (opcode === 0x50 || opcode === 0x4f) {
    cursor.at++;
    cursor.vec('supertype', () => cursor.u32('a core type index'));
  }
  return compositeType(cursor);
}

/** One entry of a core type section: a type, or a group of types that may name one another. */
export function recType(cursor: Cursor): CoreType[] {
  if (cursor.bytes[cursor.at] !== 0x4e) return [subType(cursor)];
  cursor.at++;
  return cursor.list('type of a group', () => subType(cursor));
}

function limits(cursor: Cursor, memory: boolean): Limits {
  const at = cursor.at;
  const form = cursor.u8('limits');
  if (form > (memory ? 15 : 7)) cursor.fail('limits, 0 to 15', at);
  const is64 = (form & 4) !== 0;
  const bound = (): number => (is64 ? Number(cursor.u64('a limit')) : cursor.u32('a limit'));
  const min = bound();
  const max = (form & 1) === 0 ? undefined : bound();
  const pageSize = (form & 8) === 0 ? 16 : cursor.u32('a page size');
  if (pageSize !== 16 && pageSize !== 0) cursor.fail('a page size of 1 or 65536', at);
  const largest = memory ? 2 ** ((is64 ? 64 : 32) - pageSize) : undefined;
  if (largest !== undefined && (min > largest || (max !== undefined && max > largest))) cursor.fail(`limits: memory size must be at most ${largest} pages`, at);
  if (max !== undefined && max < min) cursor.fail('limits whose maximum is no less than the minimum', at);
  const shared = (form & 2) !== 0;
  if (memory && shared && max === undefined) cursor.fail('a maximum for a shared memory', at);
  return { min, ...(max === undefined ? {} : { max }), shared, is64, pageSize };
}

/** A core import or export as it is written: functions and tags name a type by index. */
export type CoreExternSyntax =
  | { readonly kind: 'func' | 'tag'; readonly at: number; readonly index: number }
  | Extract<CoreExtern, { kind: 'table' | 'memory' | 'global' }>;

/** A table's type. */
export function tableType(cursor: Cursor): CoreExtern & CoreExternSyntax {
  return { kind: 'table', element: coreValueType(cursor), limits: limits(cursor, false) };
}

/** A memory's type. */
export function memoryType(cursor: Cursor): CoreExtern & CoreExternSyntax {
  return { kind: 'memory', limits: limits(cursor, true) };
}

/** A global's type. */
export function globalType(cursor: Cursor): CoreExtern & CoreExternSyntax {
  const type = coreValueType(cursor);
  const flags = cursor.u8('mutability');
  if (flags > 3) cursor.fail('mutability', cursor.at - 1);
  return { kind: 'global', type, mutable: (flags & 1) !== 0 };
}

/** A tag's type. */
export function tagType(cursor: Cursor): CoreExternSyntax {
  cursor.literal(0, 'the attribute of a tag');
  return { kind: 'tag', at: cursor.at, index: cursor.u32('a core type index') };
}

/** `core:externtype`: what an import or an export of a module type is. */
export function coreExternType(cursor: Cursor): CoreExternSyntax {
  const kind = cursor.u8('a kind of core import');
  switch (kind) {
    case 0:
      return { kind: 'func', at: cursor.at, index: cursor.u32('a core type index') };
    case 1:
      return tableType(cursor);
    case 2:
      return memoryType(cursor);
    case 3:
      return globalType(cursor);
    case 4:
      return tagType(cursor);
    default:
      return cursor.fail('a kind of core import, 0 to 4', cursor.at - 1);
  }
}

/** The function type at an index of a core type space. */
export function coreFuncTypeAt(types: readonly (CoreType | ModuleType)[], index: number, at: number): CoreFuncType {
  const type = types[index] ?? invalid(at, `core type index ${index}, of ${types.length} (type index out of bounds)`);
  return type.kind === 'func' ? type : invalid(at, `core type index ${index} is not a function type`);
}

/** What a written core import or export is, given the types it may name. */
export function resolveCoreExtern(syntax: CoreExternSyntax, types: readonly (CoreType | ModuleType)[]): CoreExtern {
  if (!('index' in syntax)) return syntax;
  const type = coreFuncTypeAt(types, syntax.index, syntax.at);
  return syntax.kind === 'func' ? type : { kind: 'tag', params: type.params, results: type.results };
}

/** One declaration of a module type. */
export type ModuleDeclaration = { readonly at: number } & (
  | { readonly kind: 'import'; readonly module: string; readonly name: string; readonly type: CoreExternSyntax }
  | { readonly kind: 'types'; readonly types: readonly CoreType[] }
  | { readonly kind: 'alias'; readonly count: number; readonly index: number }
  | { readonly kind: 'export'; readonly name: string; readonly type: CoreExternSyntax }
);

/** A definition of a core type section: core types, or the type of a module. */
export type CoreTypeSyntax =
  | { readonly kind: 'types'; readonly types: readonly CoreType[] }
  | { readonly kind: 'module'; readonly declarations: readonly ModuleDeclaration[] };

/** One definition of a core type section. */
export function coreTypeDefinition(cursor: Cursor): CoreTypeSyntax {
  const opcode = cursor.bytes[cursor.at];
  if (opcode === 0x50) {
    cursor.at++;
    return { kind: 'module', declarations: cursor.list('declaration', () => moduleDeclaration(cursor)) };
  }
  if (opcode === 0x00) {
    cursor.at++;
    if (cursor.bytes[cursor.at] !== 0x50) cursor.fail('a core sub type (0x50)');
  }
  return { kind: 'types', types: recType(cursor) };
}

function moduleDeclaration(cursor: Cursor): ModuleDeclaration {
  const at = cursor.at;
  const kind = cursor.u8('a declaration of a module type');
  switch (kind) {
    case 0x00:
      return { at, kind: 'import', module: cursor.name('a core module name'), name: cursor.name('a core import name'), type: coreExternType(cursor) };
    case 0x01:
      return { at, kind: 'types', types: recType(cursor) };
    case 0x02:
      cursor.literal(0x10, 'the sort of core types');
      cursor.literal(0x01, 'an outer alias');
      return { at, kind: 'alias', count: cursor.u32('an outer count'), index: cursor.u32('an index') };
    case 0x03:
      return { at, kind: 'export', name: cursor.name('a core export name'), type: coreExternType(cursor) };
    default:
      return cursor.fail('a declaration of a module type, 0 to 3', at);
  }
}
