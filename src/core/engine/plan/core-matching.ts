import type { CoreExtern, CoreFuncType, CoreImport, Limits } from '../binary/core-types.ts';

/** A core function's type as the text format writes it. */
export function printCoreFunc({ params, results }: { readonly params: readonly string[]; readonly results: readonly string[] }): string {
  const part = (what: string, types: readonly string[]): string => (types.length === 0 ? '' : ` (${what} ${types.join(' ')})`);
  return `(func${part('param', params)}${part('result', results)})`;
}

/** Whether two core functions have the same parameters and results. */
export function sameCoreFunc(a: Omit<CoreFuncType, 'kind'>, b: Omit<CoreFuncType, 'kind'>): boolean {
  return sameTypes(a.params, b.params) && sameTypes(a.results, b.results);
}

function sameTypes(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((type, index) => type === b[index]);
}

/** Why `actual` cannot stand where `expected` is asked for (core WebAssembly, import matching); undefined if it can. */
export function coreMismatch(expected: CoreExtern, actual: CoreExtern): string | undefined {
  switch (expected.kind) {
    case 'func':
      if (actual.kind !== 'func') return `expected func, found ${actual.kind}`;
      // Functions that speak of defined types are compared where the types are known: by the JavaScript engine.
      return sameCoreFunc(expected, actual) || speaksOfDefined(expected) ? undefined : `expected: ${printCoreFunc(expected)}, found: ${printCoreFunc(actual)}`;
    case 'tag':
      if (actual.kind !== 'tag') return `expected tag, found ${actual.kind}`;
      return sameCoreFunc(expected, actual) ? undefined : `expected tag ${printCoreFunc(expected)}, found ${printCoreFunc(actual)}`;
    case 'global':
      if (actual.kind !== 'global') return `expected global, found ${actual.kind}`;
      if (expected.mutable !== actual.mutable) return 'expected and found globals differ in mutability';
      // Subtyping of references is left to the JavaScript engine.
      return expected.type === actual.type || (expected.type.startsWith('(') && actual.type.startsWith('('))
        ? undefined
        : `expected global type ${expected.type}, found ${actual.type}`;
    case 'table':
      if (actual.kind !== 'table') return `expected table, found ${actual.kind}`;
      if (expected.element !== actual.element) return `expected table element type ${expected.element}, found ${actual.element}`;
      return limitsMatch(expected.limits, actual.limits) ? undefined : 'mismatch in table limits';
    case 'memory':
      if (actual.kind !== 'memory') return `expected memory, found ${actual.kind}`;
      if (expected.limits.shared !== actual.limits.shared) return 'mismatch in the shared flag for memories';
      return limitsMatch(expected.limits, actual.limits) ? undefined : 'mismatch in memory limits';
  }
}

function speaksOfDefined({ params, results }: CoreFuncType): boolean {
  return [...params, ...results].some((type) => type.includes('concrete'));
}

function limitsMatch(expected: Limits, actual: Limits): boolean {
  if (expected.is64 !== actual.is64 || expected.pageSize !== actual.pageSize || actual.min < expected.min) return false;
  return expected.max === undefined || (actual.max !== undefined && actual.max <= expected.max);
}

/** What a core module needs and offers, in either of the forms that there are of it. */
interface ModuleShape {
  readonly imports: readonly CoreImport[];
  readonly exports: ReadonlyMap<string, CoreExtern>;
}

/** Why one module cannot stand where a module type is asked for: it may import less and export more. */
export function moduleMismatch(expected: ModuleShape, actual: ModuleShape): string | undefined {
  const offers = new Map(expected.imports.map((item) => [JSON.stringify([item.module, item.name]), item.type]));
  for (const needed of actual.imports) {
    const offered = offers.get(JSON.stringify([needed.module, needed.name]));
    if (offered === undefined) return `missing expected import \`${needed.module}::${needed.name}\``;
    const mismatch = coreMismatch(needed.type, offered);
    if (mismatch !== undefined) return `type mismatch in import \`${needed.module}::${needed.name}\`: ${mismatch}`;
  }
  for (const [name, type] of expected.exports) {
    const offered = actual.exports.get(name);
    if (offered === undefined) return `missing expected export \`${name}\``;
    const mismatch = coreMismatch(type, offered);
    if (mismatch !== undefined) return `type mismatch in export \`${name}\`: ${mismatch}`;
  }
  return undefined;
}
