import type { FunctionType } from '../interface.ts';
import type { Cursor } from './cursor.ts';

/** What the reader remembers of a type: enough to name the functions of an instance and to know which are async. */
export type TypeInfo =
  | { kind: 'func'; async: boolean }
  | { kind: 'instance'; functions: FunctionType[] }
  | { kind: 'component'; functions: FunctionType[] }
  | { kind: 'other' };

/** The types in reach, innermost first: one list of indices for each enclosing component or type. */
export type TypeScopes = readonly TypeInfo[][];

/** What an import, export or their declarations are ascribed. */
export type ExternType =
  | { kind: 'func'; async: boolean }
  | { kind: 'instance'; functions: FunctionType[] }
  | { kind: 'type'; type: TypeInfo }
  | { kind: 'component'; functions: FunctionType[] }
  | { kind: 'module' | 'value' };

const other: TypeInfo = { kind: 'other' };

/** A name with its attributes (`nameattributes` of the binary format); only the name matters here. */
export function externName(cursor: Cursor): string {
  const form = cursor.u8('form of a name');
  if (form > 2) return cursor.fail('form of a name, 0 to 2', cursor.at - 1);
  const name = cursor.name('a name');
  if (form === 2) {
    cursor.vec('attribute', () => {
      const kind = cursor.u8('kind of attribute');
      if (kind > 2) cursor.fail('kind of attribute, 0 to 2', cursor.at - 1);
      cursor.name('an attribute');
    });
  }
  return name;
}

/** A value type: a primitive or a reference to a type. */
export function valueType(cursor: Cursor): void {
  const at = cursor.at;
  const type = cursor.s33('a value type');
  if (type < 0 && type < -0x40) cursor.fail('a value type', at);
}

function optional(cursor: Cursor, item: () => void): void {
  const flag = cursor.u8('0 or 1');
  if (flag === 1) item();
  else if (flag !== 0) cursor.fail('0 or 1', cursor.at - 1);
}

function label(cursor: Cursor): void {
  cursor.name('a label');
}

function labelled(cursor: Cursor): void {
  label(cursor);
  valueType(cursor);
}

/** One definition of a type section. */
export function typeDefinition(cursor: Cursor, scopes: TypeScopes): TypeInfo {
  const at = cursor.at;
  const opcode = cursor.u8('a type');
  const value = (): void => valueType(cursor);
  switch (opcode) {
    case 0x40:
    case 0x43:
      cursor.vec('parameter', () => labelled(cursor));
      resultList(cursor);
      return { kind: 'func', async: opcode === 0x43 };
    case 0x41:
      return { kind: 'component', functions: declarations(cursor, scopes) };
    case 0x42:
      return { kind: 'instance', functions: declarations(cursor, scopes) };
    case 0x3f:
      cursor.u8('a resource representation');
      optional(cursor, () => cursor.u32('a destructor'));
      return other;
    case 0x72:
      cursor.vec('field', () => labelled(cursor));
      return other;
    case 0x71:
      cursor.vec('case', () => {
        label(cursor);
        optional(cursor, value);
        if (cursor.u8('0') !== 0) cursor.fail('0', cursor.at - 1);
      });
      return other;
    case 0x70:
    case 0x6b:
      value();
      return other;
    case 0x67:
      value();
      cursor.u32('a length');
      return other;
    case 0x63:
      value();
      value();
      return other;
    case 0x6f:
      cursor.vec('tuple member', value);
      return other;
    case 0x6e:
    case 0x6d:
      cursor.vec('label', () => label(cursor));
      return other;
    case 0x6a:
      optional(cursor, value);
      optional(cursor, value);
      return other;
    case 0x69:
    case 0x68:
      cursor.u32('a resource type');
      return other;
    case 0x66:
    case 0x65:
      optional(cursor, value);
      return other;
    default:
      if (opcode === 0x64 || (opcode >= 0x73 && opcode <= 0x7f)) return other;
      return cursor.fail(`a type (found opcode 0x${opcode.toString(16)})`, at);
  }
}

/** A function's results: one value or none. */
export function resultList(cursor: Cursor): void {
  const form = cursor.u8('results');
  if (form === 0) valueType(cursor);
  else if (form !== 1 || cursor.u8('0') !== 0) cursor.fail('one result or none', cursor.at - 1);
}

/** What an import or export declares of itself. */
export function externType(cursor: Cursor, scopes: TypeScopes): ExternType {
  const at = cursor.at;
  const kind = cursor.u8('a kind of import or export');
  const lookUp = (): TypeInfo => {
    const index = cursor.u32('a type index');
    return scopes[0]?.[index] ?? cursor.fail(`a type index below ${scopes[0]?.length ?? 0}`);
  };
  switch (kind) {
    case 0x00:
      if (cursor.u8('0x11') !== 0x11) cursor.fail('0x11', cursor.at - 1);
      cursor.u32('a core type index');
      return { kind: 'module' };
    case 0x01: {
      const type = lookUp();
      return type.kind === 'func' ? type : cursor.fail('the index of a function type');
    }
    case 0x02:
      if (cursor.u8('a value bound') === 0) cursor.u32('a value index');
      else valueType(cursor);
      return { kind: 'value' };
    case 0x03: {
      const bound = cursor.u8('a type bound');
      if (bound === 0) return { kind: 'type', type: lookUp() };
      return bound === 1 ? { kind: 'type', type: other } : cursor.fail('a type bound, 0 or 1', cursor.at - 1);
    }
    case 0x04: {
      const type = lookUp();
      return type.kind === 'component' ? type : cursor.fail('the index of a component type');
    }
    case 0x05: {
      const type = lookUp();
      return type.kind === 'instance' ? type : cursor.fail('the index of an instance type');
    }
    default:
      return cursor.fail('a kind of import or export, 0 to 5', at);
  }
}

/** The declarations of a component or instance type; answers the functions it exports. */
function declarations(cursor: Cursor, outer: TypeScopes): FunctionType[] {
  const types: TypeInfo[] = [];
  const scopes: TypeScopes = [types, ...outer];
  const functions: FunctionType[] = [];
  cursor.vec('declaration', () => {
    const at = cursor.at;
    const kind = cursor.u8('a declaration');
    switch (kind) {
      case 0x00:
        coreType(cursor);
        break;
      case 0x01:
        types.push(typeDefinition(cursor, scopes));
        break;
      case 0x02: {
        const sort = cursor.u8('a sort');
        if (sort === 0x00) cursor.u8('a core sort');
        const target = cursor.u8('a target of an alias');
        if (target === 0x00 || target === 0x01) {
          cursor.u32('an instance index');
          cursor.name('an export name');
          if (sort === 0x03) types.push(other);
        } else if (target === 0x02) {
          const count = cursor.u32('an outer count');
          const index = cursor.u32('an index');
          if (sort === 0x03) types.push(scopes[count]?.[index] ?? other);
        } else cursor.fail('a target of an alias, 0 to 2', cursor.at - 1);
        break;
      }
      case 0x03:
      case 0x04: {
        const name = externName(cursor);
        const declared = externType(cursor, scopes);
        if (declared.kind === 'type') types.push(declared.type);
        else if (declared.kind === 'func' && kind === 0x04) functions.push({ name, async: declared.async });
        break;
      }
      default:
        cursor.fail('a declaration, 0 to 4', at);
    }
  });
  return functions;
}

function coreType(cursor: Cursor): void {
  if (cursor.u8('a core type') !== 0x60) cursor.fail('a core function type', cursor.at - 1);
  const value = (): void => void cursor.u8('a core value type');
  cursor.vec('core parameter', value);
  cursor.vec('core result', value);
}
