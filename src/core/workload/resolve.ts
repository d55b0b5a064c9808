import type { Imports } from '../engine/engine.ts';
import type { ComponentInterface, Extern, FunctionType } from '../engine/interface.ts';
import { camelCase, pascalCase } from '../engine/names.ts';
import { HostlingError } from '../errors.ts';
import type { InterfaceFactory, InterfaceImpl } from '../wasi/interface.ts';
import { InstanceScope } from '../wasi/scope.ts';

/** Answers what serves an interface, by its full name (`wasi:cli/exit@0.2.3`); `undefined` when nothing does. */
export type Serve = (name: string) => InterfaceFactory | undefined;

/** One import and whether this host serves it. */
export interface ImportReport {
  readonly name: string;
  readonly served: boolean;
  /** Why not, as the rest of a sentence that begins with the name. */
  readonly problem?: string;
}

/** Says of each import of a component whether it is served; types need no serving. */
export function reportImports(description: ComponentInterface, serve: Serve): ImportReport[] {
  return description.imports.filter((item) => item.kind !== 'type').map((item) => report(item, serve));
}

function report(item: Extern, serve: Serve): ImportReport {
  const factory = serve(item.name);
  if (factory === undefined) return { name: item.name, served: false, problem: 'is not served by this host' };
  const impl = sample(factory);
  if (item.kind === 'component' || item.kind === 'module') {
    const given = impl['default'];
    const fits = item.kind === 'module' ? given instanceof WebAssembly.Module : typeof given === 'object' && given !== null && 'instantiate' in given;
    return fits ? { name: item.name, served: true } : { name: item.name, served: false, problem: `is served without a ${item.kind}` };
  }
  const missing = (item.functions ?? []).find((func) => !serves(impl, item, func));
  if (missing === undefined) return { name: item.name, served: true };
  return { name: item.name, served: false, problem: `is served without its function ${missing.name}` };
}

/** An implementation to look at, never to call. */
function sample(factory: InterfaceFactory): InterfaceImpl {
  return factory(new InstanceScope());
}

function serves(impl: InterfaceImpl, item: Extern, func: FunctionType): boolean {
  if (item.kind === 'func') return typeof impl['default'] === 'function';
  const match = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/.exec(func.name);
  if (match === null) return typeof impl[camelCase(func.name)] === 'function';
  const [, kind, resource = '', member = ''] = match;
  const owner = impl[pascalCase(resource)];
  if (typeof owner !== 'function') return false;
  if (kind === 'constructor') return true;
  const holder: unknown = kind === 'static' ? owner : owner.prototype;
  return typeof (holder as Readonly<Record<string, unknown>>)[camelCase(member)] === 'function';
}

/**
 * Binds a component's imports to what serves them.
 * @param who the component in a message
 * @returns makes the imports of one instance
 * @throws HostlingError `import-unserved`, naming each import that is missing, with its version
 */
export function resolveImports(description: ComponentInterface, serve: Serve, who = 'the component'): (scope: InstanceScope) => Imports {
  const unserved = reportImports(description, serve).filter((item) => !item.served);
  if (unserved.length > 0) {
    const list = unserved.map(({ name, problem }) => `${name} ${problem}`).join('; ');
    throw new HostlingError('import-unserved', `${who} cannot be linked: ${list}`);
  }
  const bound = description.imports.flatMap((item) => {
    const factory = serve(item.name);
    return factory === undefined || item.kind === 'type' ? [] : [[item.name, factory, item.kind] as const];
  });
  return (scope) => {
    const imports: Record<string, InterfaceImpl> = {};
    for (const [name, factory] of bound) imports[name] = factory(scope);
    return imports;
  };
}
