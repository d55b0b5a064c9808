import { canonical } from './binary/canon.ts';
import { Cursor } from './binary/cursor.ts';
import { exportDefinition, importDefinition, instance, type ExportSyntax, type ImportSyntax, type InstanceSyntax } from './binary/definitions.ts';
import { alias, type AliasSyntax } from './binary/sorts.ts';
import { typeDefinition, type DeclarationSyntax, type ExternSyntax, type TypeSyntax } from './binary/types.ts';
import type { ComponentInterface, Extern, FunctionType } from './interface.ts';
import { requireComponent, wasmKind } from './wasm-kind.ts';

/**
 * Reads what a component imports and exports from its own sections, without validating, compiling or running anything.
 * @throws HostlingError `not-wasm`, `core-module` or `invalid-component` with the byte at which reading failed
 */
export function inspect(bytes: Uint8Array): ComponentInterface {
  requireComponent(bytes);
  return new Reader().read(new Cursor(bytes, 8));
}

/** What is remembered of a type: enough to name the functions of an instance and to know which are async. */
type TypeInfo =
  | { readonly kind: 'func'; readonly async: boolean }
  | { readonly kind: 'instance' | 'component'; readonly functions: readonly FunctionType[] }
  | { readonly kind: 'other' };

interface InstanceInfo {
  readonly functions?: readonly FunctionType[] | undefined;
  /** The instances it exports. */
  readonly members?: ReadonlyMap<string, InstanceInfo>;
}

const other: TypeInfo = { kind: 'other' };

/** The types of a component, of a component type or of an instance type. */
class Scope {
  readonly types: TypeInfo[] = [];
  readonly components: (ComponentInterface | undefined)[] = [];
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  at(count: number): Scope | undefined {
    return count === 0 ? this : this.#outer?.at(count - 1);
  }

  define(syntax: TypeSyntax): void {
    if (syntax.kind === 'func') this.types.push({ kind: 'func', async: syntax.async });
    else if (syntax.kind === 'instance' || syntax.kind === 'component')
      this.types.push({ kind: syntax.kind, functions: new Scope(this).#declare(syntax.declarations) });
    else this.types.push(other);
  }

  /** The type that an import or export is ascribed. */
  ascribed(syntax: ExternSyntax): TypeInfo {
    const index = syntax.kind === 'func' || syntax.kind === 'instance' || syntax.kind === 'type' ? syntax.index : undefined;
    return (index === undefined ? undefined : this.types[index]) ?? other;
  }

  #declare(declarations: readonly DeclarationSyntax[]): FunctionType[] {
    const functions: FunctionType[] = [];
    for (const item of declarations) {
      if (item.kind === 'type') this.define(item.type);
      else if (item.kind === 'alias' && item.alias.sort === 'type') this.types.push(this.outer(item.alias));
      else if (item.kind === 'import' || item.kind === 'export') {
        const type = this.ascribed(item.type);
        if (item.type.kind === 'type' || item.type.kind === 'resource') this.types.push(type);
        else if (type.kind === 'func' && item.kind === 'export') functions.push({ name: item.name.name, async: type.async });
      }
    }
    return functions;
  }

  outer(alias: AliasSyntax): TypeInfo {
    return (alias.kind === 'outer' ? this.at(alias.count)?.types[alias.index] : undefined) ?? other;
  }
}

/** Walks one component's sections in order, keeping the index spaces that imports and exports refer to. */
class Reader {
  readonly #scope: Scope;
  readonly #funcs: (TypeInfo | undefined)[] = [];
  readonly #instances: InstanceInfo[] = [];
  readonly #imports: Extern[] = [];
  readonly #exports: Extern[] = [];

  constructor(outer?: Scope) {
    this.#scope = new Scope(outer);
  }

  read(cursor: Cursor): ComponentInterface {
    while (!cursor.done) {
      const at = cursor.at;
      const id = cursor.u8('a section');
      const section = cursor.part(cursor.u32('the size of a section'), `section ${id}`);
      if (id > 12) cursor.fail(`a section, 0 to 12 (found ${id})`, at);
      if (this.#section(id, section) && !section.done) section.fail(`the end of section ${id}`);
    }
    return { imports: this.#imports, exports: this.#exports };
  }

  /** Reads a section to its end; false where nothing in it matters here. */
  #section(id: number, section: Cursor): boolean {
    switch (id) {
      case 4:
        if (wasmKind(section.bytes.subarray(section.at, section.end)) !== 'component') section.fail('a nested component');
        section.at += 8;
        this.#scope.components.push(section.nested('a component', () => new Reader(this.#scope).read(section)));
        break;
      case 5:
        section.vec('instance', () => this.#instances.push(this.#instance(instance(section))));
        break;
      case 6:
        section.vec('alias', () => this.#alias(alias(section)));
        break;
      case 7:
        section.vec('type', () => this.#scope.define(typeDefinition(section)));
        break;
      case 8:
        section.vec('canonical definition', () => {
          const canon = canonical(section);
          if (canon.kind === 'lift') this.#funcs.push(this.#scope.types[canon.type]);
        });
        break;
      case 10:
        section.vec('import', () => this.#import(importDefinition(section)));
        break;
      case 11:
        section.vec('export', () => this.#export(exportDefinition(section)));
        break;
      default:
        return false;
    }
    return true;
  }

  #instance(syntax: InstanceSyntax): InstanceInfo {
    if (syntax.kind === 'instantiate') {
      const component = this.#scope.components[syntax.component];
      return component === undefined ? {} : instanceOf(component);
    }
    const functions: FunctionType[] = [];
    const members = new Map<string, InstanceInfo>();
    for (const { name, item } of syntax.exports) {
      if (item.sort === 'func') functions.push({ name: name.name, async: isAsync(this.#funcs[item.index]) });
      else if (item.sort === 'instance') members.set(name.name, this.#instances[item.index] ?? {});
    }
    return { functions, members };
  }

  #alias(syntax: AliasSyntax): void {
    if (syntax.kind === 'core-export') return;
    const from = syntax.kind === 'export' ? this.#instances[syntax.instance] : undefined;
    const name = syntax.kind === 'export' ? syntax.name : '';
    if (syntax.sort === 'type') this.#scope.types.push(this.#scope.outer(syntax));
    else if (syntax.sort === 'component')
      this.#scope.components.push(syntax.kind === 'outer' ? this.#scope.at(syntax.count)?.components[syntax.index] : undefined);
    else if (syntax.sort === 'instance') this.#instances.push(from?.members?.get(name) ?? {});
    else if (syntax.sort === 'func') {
      const found = from?.functions?.find((item) => item.name === name);
      this.#funcs.push(found && { kind: 'func', async: found.async });
    }
  }

  #import(syntax: ImportSyntax): void {
    const { name } = syntax.name;
    const { kind } = syntax.type;
    const type = this.#scope.ascribed(syntax.type);
    if (kind === 'func') {
      this.#funcs.push(type);
      this.#imports.push({ name, kind, functions: [{ name, async: isAsync(type) }] });
    } else if (kind === 'instance') {
      const functions = type.kind === 'instance' ? type.functions : [];
      this.#instances.push({ functions });
      this.#imports.push({ name, kind, functions });
    } else {
      if (kind === 'type' || kind === 'resource') this.#scope.types.push(type);
      else if (kind === 'component') this.#scope.components.push(undefined);
      this.#imports.push({ name, kind: kind === 'resource' ? 'type' : kind });
    }
  }

  #export(syntax: ExportSyntax): void {
    const { name } = syntax.name;
    const { sort: kind, index } = syntax.item;
    const ascribed = syntax.type && this.#scope.ascribed(syntax.type);
    if (kind === 'func') {
      const func = ascribed ?? this.#funcs[index];
      this.#funcs.push(func);
      this.#exports.push({ name, kind, functions: [{ name, async: isAsync(func) }] });
    } else if (kind === 'instance') {
      const functions = ascribed?.kind === 'instance' ? ascribed.functions : this.#instances[index]?.functions;
      this.#instances.push({ functions });
      this.#exports.push(functions === undefined ? { name, kind } : { name, kind, functions });
    } else {
      if (kind === 'type') this.#scope.types.push(this.#scope.types[index] ?? other);
      else if (kind === 'component') this.#scope.components.push(this.#scope.components[index]);
      this.#exports.push({ name, kind });
    }
  }
}

function isAsync(type: TypeInfo | undefined): boolean {
  return type?.kind === 'func' && type.async;
}

/** The instance that instantiating a component makes. */
function instanceOf(component: ComponentInterface): InstanceInfo {
  const functions = component.exports.flatMap((item) => (item.kind === 'func' ? (item.functions ?? []) : []));
  const members = component.exports.flatMap((item) => (item.kind === 'instance' ? [[item.name, { functions: item.functions }] as const] : []));
  return { functions, members: new Map(members) };
}
