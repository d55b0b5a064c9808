import { HostlingError } from '../errors.ts';
import { Cursor } from './binary/cursor.ts';
import { externName, externType, typeDefinition, type TypeInfo, type TypeScopes } from './binary/types.ts';
import type { ComponentInterface, Extern, ExternKind, FunctionType } from './interface.ts';

const sorts: Readonly<Record<number, ExternKind>> = { 1: 'func', 2: 'value', 3: 'type', 4: 'component', 5: 'instance' };

/** What the first bytes say that a file is. */
export type WasmKind = 'component' | 'core-module';

/**
 * Tells a component from a core module by its first eight bytes.
 * @throws HostlingError `not-wasm`, or `invalid-component` when the file ends before the eighth byte
 */
export function wasmKind(bytes: Uint8Array): WasmKind {
  const magic = [0x00, 0x61, 0x73, 0x6d];
  if (magic.some((byte, index) => index < bytes.length && bytes[index] !== byte) || bytes.length === 0) {
    throw new HostlingError('not-wasm', 'not WebAssembly: the file does not begin with the bytes "\\0asm"');
  }
  if (bytes.length < 8) throw new HostlingError('invalid-component', `truncated: the file ends after ${bytes.length} bytes`);
  if (bytes[6] === 1 && bytes[4] === 0x0d) return 'component';
  if (bytes[6] === 0 && bytes[4] === 1) return 'core-module';
  throw new HostlingError('invalid-component', `unknown WebAssembly version ${bytes[4]} at layer ${bytes[6]}; a component has version 13, layer 1`);
}

/**
 * Reads what a component imports and exports from its own sections, without compiling or running anything.
 * @throws HostlingError `not-wasm`, `core-module` or `invalid-component` with the byte at which reading failed
 */
export function inspect(bytes: Uint8Array): ComponentInterface {
  if (wasmKind(bytes) === 'core-module') {
    throw new HostlingError('core-module', 'a core WebAssembly module, not a component; build it for wasm32-wasip2, or wrap it with `wasm-tools component new`');
  }
  return new Reader([], []).read(new Cursor(bytes, 8));
}

interface InstanceInfo {
  functions?: readonly FunctionType[] | undefined;
  /** The instances it exports. */
  members?: ReadonlyMap<string, InstanceInfo> | undefined;
}

/** The components in reach, innermost scope first. */
type ComponentScopes = readonly (ComponentInterface | undefined)[][];

/** The instance that instantiating a component makes. */
function instanceOf(component: ComponentInterface): InstanceInfo {
  const functions = component.exports.flatMap((item) => (item.kind === 'func' ? (item.functions ?? []) : []));
  const members = component.exports.flatMap((item) => (item.kind === 'instance' ? [[item.name, { functions: item.functions }] as const] : []));
  return { functions, members: new Map(members) };
}

/** Walks one component's sections in order, keeping the index spaces that imports and exports refer to. */
class Reader {
  readonly #types: TypeInfo[] = [];
  readonly #scopes: TypeScopes;
  readonly #funcs: ({ async: boolean } | undefined)[] = [];
  readonly #instances: InstanceInfo[] = [];
  readonly #components: (ComponentInterface | undefined)[] = [];
  readonly #imports: Extern[] = [];
  readonly #exports: Extern[] = [];

  readonly #componentScopes: ComponentScopes;

  constructor(outerTypes: TypeScopes, outerComponents: ComponentScopes) {
    this.#scopes = [this.#types, ...outerTypes];
    this.#componentScopes = [this.#components, ...outerComponents];
  }

  read(cursor: Cursor): ComponentInterface {
    while (!cursor.done) {
      const at = cursor.at;
      const id = cursor.u8('a section');
      const section = cursor.part(cursor.u32('the size of a section'), `section ${id}`);
      if (!this.#section(id, section)) cursor.fail(`a section, 0 to 12 (found ${id})`, at);
    }
    return { imports: this.#imports, exports: this.#exports };
  }

  #section(id: number, section: Cursor): boolean {
    switch (id) {
      case 0: // custom
      case 1: // core module
      case 2: // core instances
      case 3: // core types
      case 9: // start
      case 12: // values
        return true;
      case 4:
        this.#component(section);
        return true;
      case 5:
        section.vec('instance', () => this.#instance(section));
        break;
      case 6:
        section.vec('alias', () => this.#alias(section));
        break;
      case 7:
        section.vec('type', () => this.#types.push(typeDefinition(section, this.#scopes)));
        break;
      case 8:
        this.#canonicals(section);
        return true;
      case 10:
        section.vec('import', () => this.#import(section));
        break;
      case 11:
        section.vec('export', () => this.#export(section));
        break;
      default:
        return false;
    }
    if (!section.done) section.fail(`the end of section ${id}`);
    return true;
  }

  #component(section: Cursor): void {
    if (wasmKind(section.bytes.subarray(section.at, section.end)) !== 'component') section.fail('a nested component');
    this.#components.push(new Reader(this.#scopes, this.#componentScopes).read(new Cursor(section.bytes, section.at + 8, section.end)));
  }

  #instance(section: Cursor): void {
    const form = section.u8('an instance');
    if (form === 0) {
      const component = this.#components[section.u32('a component index')];
      section.vec('argument', () => {
        section.name('an argument');
        this.#sortIndex(section);
      });
      this.#instances.push(component === undefined ? {} : instanceOf(component));
    } else if (form === 1) {
      const functions: FunctionType[] = [];
      const members = new Map<string, InstanceInfo>();
      section.vec('inline export', () => {
        const name = externName(section);
        const { kind, index } = this.#sortIndex(section);
        if (kind === 'func') functions.push({ name, async: this.#funcs[index]?.async ?? false });
        else if (kind === 'instance') members.set(name, this.#instances[index] ?? {});
      });
      this.#instances.push({ functions, members });
    } else section.fail('an instance, 0 or 1', section.at - 1);
  }

  #sortIndex(section: Cursor): { kind: ExternKind; index: number } {
    const sort = section.u8('a sort');
    if (sort === 0) section.u8('a core sort');
    const kind = sort === 0 ? 'module' : (sorts[sort] ?? section.fail('a sort, 0 to 5', section.at - 1));
    return { kind, index: section.u32('an index') };
  }

  #alias(section: Cursor): void {
    const sort = section.u8('a sort');
    if (sort === 0) section.u8('a core sort');
    const target = section.u8('a target of an alias');
    if (target === 2) {
      const count = section.u32('an outer count');
      const index = section.u32('an index');
      if (sort === 3) this.#types.push(this.#scopes[count]?.[index] ?? { kind: 'other' });
      else if (sort === 4) this.#components.push(this.#componentScopes[count]?.[index]);
      return;
    }
    if (target > 2) section.fail('a target of an alias, 0 to 2', section.at - 1);
    const instance = section.u32('an instance index');
    const name = section.name('an export name');
    if (target === 1) return;
    if (sort === 1) this.#funcs.push(this.#instances[instance]?.functions?.find((item) => item.name === name));
    else if (sort === 3) this.#types.push({ kind: 'other' });
    else if (sort === 4) this.#components.push(undefined);
    else if (sort === 5) this.#instances.push(this.#instances[instance]?.members?.get(name) ?? {});
  }

  /** Only lifted functions matter here; what else the section defines is core functions, whose indices nothing here needs. */
  #canonicals(section: Cursor): void {
    section.vec('canonical definition', () => {
      const type = canonical(section);
      if (type === undefined) return;
      const lifted = this.#types[type];
      this.#funcs.push(lifted?.kind === 'func' ? lifted : undefined);
    });
  }

  #import(section: Cursor): void {
    const name = externName(section);
    const type = externType(section, this.#scopes);
    switch (type.kind) {
      case 'func':
        this.#funcs.push(type);
        this.#imports.push({ name, kind: 'func', functions: [{ name, async: type.async }] });
        return;
      case 'instance':
        this.#instances.push({ functions: type.functions });
        this.#imports.push({ name, kind: 'instance', functions: type.functions });
        return;
      case 'type':
        this.#types.push(type.type);
        break;
      case 'component':
        this.#components.push(undefined);
        break;
    }
    this.#imports.push({ name, kind: type.kind });
  }

  #export(section: Cursor): void {
    const name = externName(section);
    const { kind, index } = this.#sortIndex(section);
    const flag = section.u8('0 or 1');
    if (flag > 1) section.fail('0 or 1', section.at - 1);
    const ascribed = flag === 1 ? externType(section, this.#scopes) : undefined;
    if (kind === 'func') {
      const func = ascribed?.kind === 'func' ? ascribed : this.#funcs[index];
      this.#funcs.push(func);
      this.#exports.push({ name, kind, functions: [{ name, async: func?.async ?? false }] });
    } else if (kind === 'instance') {
      const functions = ascribed?.kind === 'instance' ? ascribed.functions : this.#instances[index]?.functions;
      this.#instances.push({ functions });
      this.#exports.push(functions === undefined ? { name, kind } : { name, kind, functions });
    } else {
      if (kind === 'type') this.#types.push(this.#types[index] ?? { kind: 'other' });
      else if (kind === 'component') this.#components.push(this.#components[index]);
      this.#exports.push({ name, kind });
    }
  }
}

/** Reads one canonical definition; answers the type index of a lifted function. */
function canonical(section: Cursor): number | undefined {
  const opcode = section.u8('a canonical definition');
  const index = (): void => void section.u32('an index');
  const options = (): void => section.vec('option', () => canonicalOption(section));
  switch (opcode) {
    case 0x00: {
      if (section.u8('0') !== 0) section.fail('0', section.at - 1);
      index();
      options();
      return section.u32('a type index');
    }
    case 0x01:
      if (section.u8('0') !== 0) section.fail('0', section.at - 1);
      index();
      options();
      return undefined;
    case 0x09:
      resultListOf(section);
      options();
      return undefined;
    case 0x0a:
    case 0x0b:
      section.u8('a core value type');
      index();
      return undefined;
    case 0x0f:
    case 0x10:
    case 0x16:
    case 0x17:
      index();
      options();
      return undefined;
    case 0x11:
    case 0x12:
    case 0x18:
    case 0x19:
    case 0x20:
    case 0x21:
      index();
      index();
      return undefined;
    case 0x1c:
    case 0x1d:
      options();
      return undefined;
    case 0x02:
    case 0x03:
    case 0x04:
    case 0x06:
    case 0x0c:
    case 0x0e:
    case 0x13:
    case 0x14:
    case 0x15:
    case 0x1a:
    case 0x1b:
    case 0x29:
    case 0x2a:
    case 0x2b:
    case 0x2c:
    case 0x2d:
      index();
      return undefined;
    case 0x27:
      index();
      index();
      return undefined;
    case 0x05:
    case 0x0d:
    case 0x1e:
    case 0x1f:
    case 0x22:
    case 0x23:
    case 0x24:
    case 0x25:
    case 0x26:
    case 0x28:
      return undefined;
    default:
      return section.fail(`a canonical definition (found opcode 0x${opcode.toString(16)})`, section.at - 1);
  }
}

function resultListOf(section: Cursor): void {
  const form = section.u8('results');
  if (form === 0) section.s33('a value type');
  else if (form !== 1 || section.u8('0') !== 0) section.fail('one result or none', section.at - 1);
}

function canonicalOption(section: Cursor): void {
  const option = section.u8('an option');
  if (option >= 3 && option !== 6 && option <= 7) section.u32('an index');
  else if (option > 7) section.fail('an option, 0 to 7', section.at - 1);
}
