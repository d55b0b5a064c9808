import { HostlingError } from '../../errors.ts';
import type { InterfaceImpl } from '../../wasi/interface.ts';
import type { Imports } from '../engine.ts';
import { camelCase } from '../names.ts';
import { moduleMismatch } from '../plan/core-matching.ts';
import type { CoreModuleType, ImportedModule, ModuleDef } from '../plan/plan.ts';
import { interfaceOf, placeOf } from './bind-host.ts';

/** Finds a core module that the component imports. */
export type FindModule = (imports: Imports) => WebAssembly.Module;

/** Under this name a core module that a component exports has its type, which WebAssembly does not tell. */
const moduleType: unique symbol = Symbol('module type');

/** A core module as others see it. */
export function seenModule(module: WebAssembly.Module, def: ModuleDef | undefined): WebAssembly.Module {
  if (def?.type !== undefined && !(moduleType in module)) Object.defineProperty(module, moduleType, { value: def.type });
  return module;
}

/** How an imported core module is found; that it fits is checked. */
export function findModule(def: ImportedModule): FindModule {
  const name = camelCase(def.name);
  return (imports) => {
    const found = def.from === undefined ? moduleOf(imports[def.name]) : interfaceOf(imports, def)[name];
    if (!(found instanceof WebAssembly.Module))
      throw new HostlingError('instantiate-failed', `the import ${placeOf(def)} was supplied without its core module ${def.name}`);
    const mismatch = mismatchOf(def, found);
    if (mismatch !== undefined) throw new HostlingError('instantiate-failed', `the core module supplied for ${placeOf(def)} does not fit: ${mismatch}`);
    return found;
  };
}

/** A module of the root is supplied as it is, or as the `default` of what serves its name. */
function moduleOf(impl: InterfaceImpl | undefined): unknown {
  return impl instanceof WebAssembly.Module ? impl : impl?.['default'];
}

/** Why a module does not fit. Of one that no component exported only names and kinds are known; the rest is the JavaScript engine's to check. */
function mismatchOf({ type }: ImportedModule, module: WebAssembly.Module): string | undefined {
  const known = (module as { readonly [moduleType]?: CoreModuleType })[moduleType];
  if (known !== undefined) return moduleMismatch(withMap(type), withMap(known));
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const offered = type.imports.find((item) => item.module === from && item.name === name);
    if (offered === undefined) return `missing expected import \`${from}::${name}\``;
    if (offered.type.kind !== coreKind(kind)) return `type mismatch in import \`${from}::${name}\`: expected ${coreKind(kind)}, found ${offered.type.kind}`;
  }
  const exports = WebAssembly.Module.exports(module);
  for (const wanted of type.exports) {
    const found = exports.find((item) => item.name === wanted.name);
    if (found === undefined) return `missing expected export \`${wanted.name}\``;
    if (coreKind(found.kind) !== wanted.type.kind)
      return `type mismatch in export \`${wanted.name}\`: expected ${wanted.type.kind}, found ${coreKind(found.kind)}`;
  }
  return undefined;
}

const withMap = ({ imports, exports }: CoreModuleType): Parameters<typeof moduleMismatch>[0] => ({
  imports,
  exports: new Map(exports.map(({ name, type }) => [name, type])),
});

const coreKind = (kind: string): string => (kind === 'function' ? 'func' : kind);
