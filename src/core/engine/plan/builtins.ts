import type { FlatType } from '../abi/context.ts';
import type { CanonSyntax, CopyKind, OptionsSyntax } from '../binary/canon.ts';
import type { CoreFuncType } from '../binary/core-types.ts';
import { invalid } from '../binary/cursor.ts';
import { printCoreFunc, sameCoreFunc } from './core-matching.ts';
import type { Builtin, Definition, Options } from './definition.ts';
import { liftCrossing, lowerCrossing, type Crossing } from './flatten.ts';
import type { FunctionType, Resource, ValueType } from './model.ts';
import type { Scope } from './scope.ts';
import { resolveFunction, resolveResource, resolveValue } from './types.ts';

/** A core function's type by its parameters and results. */
export function coreFunc(params: readonly string[], results: readonly string[] = []): CoreFuncType {
  return { kind: 'func', params, results };
}

const noParams = coreFunc([]);
const giveIndex = coreFunc([], ['i32']);
const takeIndex = coreFunc(['i32']);
const callback = coreFunc(['i32', 'i32', 'i32'], ['i32']);

/** Validates an entry of a canonical section (Canonical ABI, canonical definitions), and defines the function it makes. */
export function canonicalDefinition(scope: Scope, syntax: CanonSyntax): Definition {
  if (syntax.kind === 'lift') return lift(scope, syntax);
  const [builtin, type] = define(scope, syntax);
  scope.core.func.push(type);
  return { op: 'builtin', builtin };
}

type OptionName = Exclude<keyof OptionsSyntax, 'at'>;

/** The options of a definition, each checked for itself, of those that may stand here. */
function resolveOptions(scope: Scope, syntax: OptionsSyntax, allowed: readonly OptionName[]): { options: Options; pointer: FlatType } {
  const { at } = syntax;
  for (const name of Object.keys(syntax)) {
    if (name !== 'at' && !allowed.some((it) => it === name)) invalid(at, `canonical option \`${name}\` cannot be specified here`);
  }
  const memory = syntax.memory === undefined ? undefined : scope.coreExtern('memory', syntax.memory, at);
  const memory64 = memory?.kind === 'memory' && memory.limits.is64;
  if (memory?.kind === 'memory' && memory.limits.shared) invalid(at, 'canonical option `memory` cannot be a shared memory');
  const pointer = memory64 ? 'i64' : 'i32';
  if (syntax.realloc !== undefined) {
    if (memory === undefined) invalid(at, 'canonical option `realloc` requires `memory` to also be specified');
    checkCore(scope, syntax.realloc, coreFunc([pointer, pointer, pointer, pointer], [pointer]), 'realloc', at);
  }
  if (syntax.callback !== undefined) {
    if (syntax.async !== true) invalid(at, 'canonical option `callback` requires `async`');
    checkCore(scope, syntax.callback, callback, 'callback', at);
  }
  if (syntax['post-return'] !== undefined && syntax.async === true) invalid(at, 'canonical option `post-return` cannot be specified with `async`');
  const options: Options = {
    encoding: syntax.encoding ?? 'utf8',
    async: syntax.async === true,
    ...(syntax.memory === undefined ? {} : { memory: syntax.memory }),
    ...(memory64 ? { memory64 } : {}),
    ...(syntax.realloc === undefined ? {} : { realloc: syntax.realloc }),
    ...(syntax['post-return'] === undefined ? {} : { postReturn: syntax['post-return'] }),
    ...(syntax.callback === undefined ? {} : { callback: syntax.callback }),
  };
  return { options, pointer };
}

function checkCore(scope: Scope, index: number, expected: CoreFuncType, option: string, at: number): void {
  const found = scope.coreFunc(index, at);
  if (sameCoreFunc(expected, found)) return;
  invalid(
    at,
    `canonical option \`${option}\` uses a core function with an incorrect signature: expected ${printCoreFunc(expected)}, found ${printCoreFunc(found)}`,
  );
}

function requireOptions(options: Options, needs: { readonly needsMemory: boolean; readonly needsRealloc: boolean }, at: number): void {
  if (needs.needsMemory && options.memory === undefined) invalid(at, 'canonical option `memory` is required');
  if (needs.needsRealloc && options.realloc === undefined) invalid(at, 'canonical option `realloc` is required');
}

function requireAsyncType(options: Options, type: FunctionType, at: number): void {
  if (options.async && !type.async) invalid(at, 'canonical option `async` requires an async function type');
}

function lift(scope: Scope, syntax: Extract<CanonSyntax, { kind: 'lift' }>): Definition {
  const { at } = syntax;
  const type = resolveFunction(scope, syntax.type, at);
  const core = scope.coreFunc(syntax.func, at);
  const { options, pointer } = resolveOptions(scope, syntax.options, ['encoding', 'memory', 'realloc', 'post-return', 'async', 'callback']);
  requireAsyncType(options, type, at);
  scope.work.spend(type, at);
  const crossing = liftCrossing(type, pointer, !options.async ? 'sync' : options.callback === undefined ? 'stackful' : 'callback');
  requireOptions(options, crossing, at);
  checkSignature(crossing, core, at);
  if (options.postReturn !== undefined) checkCore(scope, options.postReturn, coreFunc(crossing.signature.results), 'post-return', at);
  scope.funcs.push(type);
  return { op: 'lift', func: syntax.func, type, options };
}

function checkSignature({ signature }: Crossing, core: CoreFuncType, at: number): void {
  if (signature.params.join() !== core.params.join())
    invalid(at, `lowered parameter types \`[${signature.params.join(' ')}]\` do not match parameter types \`[${core.params.join(' ')}]\``);
  if (signature.results.join() !== core.results.join())
    invalid(at, `lowered result types \`[${signature.results.join(' ')}]\` do not match result types \`[${core.results.join(' ')}]\``);
}

/** A built-in with the type of its core function. */
function define(scope: Scope, syntax: Exclude<CanonSyntax, { kind: 'lift' }>): [Builtin, CoreFuncType] {
  const { at } = syntax;
  switch (syntax.kind) {
    case 'lower': {
      const type = scope.at(scope.funcs, syntax.func, 'func', at);
      const { options, pointer } = resolveOptions(scope, syntax.options, ['encoding', 'memory', 'realloc', 'async']);
      requireAsyncType(options, type, at);
      scope.work.spend(type, at);
      const crossing = lowerCrossing(type, pointer, options.async);
      requireOptions(options, crossing, at);
      return [{ kind: 'lower', func: syntax.func, type, options }, crossing.signature];
    }
    case 'resource.new':
    case 'resource.rep': {
      const resource = resolveResource(scope, syntax.type, at);
      const rep = ownResource(scope, resource.id, at);
      return [{ kind: syntax.kind, resource }, syntax.kind === 'resource.new' ? coreFunc([rep], ['i32']) : coreFunc(['i32'], [rep])];
    }
    case 'resource.drop':
      return [{ kind: syntax.kind, resource: resolveResource(scope, syntax.type, at) }, takeIndex];
    case 'task.return':
      return taskReturn(scope, syntax);
    case 'task.cancel':
    case 'backpressure.inc':
    case 'backpressure.dec':
      return [{ kind: syntax.kind }, noParams];
    case 'subtask.cancel':
      return [{ kind: syntax.kind, async: syntax.async }, coreFunc(['i32'], ['i32'])];
    case 'subtask.drop':
    case 'waitable-set.drop':
    case 'error-context.drop':
      return [{ kind: syntax.kind }, takeIndex];
    case 'waitable-set.new':
    case 'thread.yield':
      return [{ kind: syntax.kind }, giveIndex];
    case 'waitable.join':
      return [{ kind: syntax.kind }, coreFunc(['i32', 'i32'])];
    case 'waitable-set.wait':
    case 'waitable-set.poll': {
      const { options, pointer } = resolveOptions(scope, { at, memory: syntax.memory }, ['memory']);
      return [{ kind: syntax.kind, memory: syntax.memory, ...(options.memory64 ? { memory64: true } : {}) }, coreFunc(['i32', pointer], ['i32'])];
    }
    case 'context.get':
    case 'context.set':
      return context(scope, syntax);
    case 'thread':
      return thread(scope, syntax);
    case 'error-context.new':
    case 'error-context.debug-message': {
      const lowers = syntax.kind === 'error-context.debug-message';
      const { options, pointer } = resolveOptions(scope, syntax.options, ['encoding', 'memory', 'realloc']);
      requireOptions(options, { needsMemory: true, needsRealloc: lowers }, at);
      return [{ kind: syntax.kind, options }, lowers ? coreFunc(['i32', pointer]) : coreFunc([pointer, pointer], ['i32'])];
    }
    case 'stream.new':
    case 'future.new':
      return [{ kind: syntax.kind, type: channel(scope, syntax) }, coreFunc([], ['i64'])];
    case 'stream.drop-readable':
    case 'stream.drop-writable':
    case 'future.drop-readable':
    case 'future.drop-writable':
      return [{ kind: syntax.kind, type: channel(scope, syntax) }, takeIndex];
    case 'stream.cancel-read':
    case 'stream.cancel-write':
    case 'future.cancel-read':
    case 'future.cancel-write':
      return [{ kind: syntax.kind, type: channel(scope, syntax), async: syntax.async }, coreFunc(['i32'], ['i32'])];
    case 'stream.read':
    case 'stream.write':
    case 'future.read':
    case 'future.write':
      return copy(scope, syntax);
  }
}

function ownResource(scope: Scope, id: Resource, at: number): 'i32' | 'i64' {
  return scope.own.get(id) ?? invalid(at, `resource \`${id.name}\` is not a local resource`);
}

function taskReturn(scope: Scope, syntax: Extract<CanonSyntax, { kind: 'task.return' }>): [Builtin, CoreFuncType] {
  const { at } = syntax;
  const { options, pointer } = resolveOptions(scope, syntax.options, ['encoding', 'memory']);
  const result = syntax.result === undefined ? undefined : resolveValue(scope, syntax.result, at);
  if (result !== undefined) scope.work.spend(result, at);
  if (result?.borrow) invalid(at, '`task.return` cannot return a `borrow`');
  // The result goes out as the parameters of a lowered function do.
  const crossing = lowerCrossing({ params: result === undefined ? [] : [{ name: 'result', type: result }] }, pointer, false);
  requireOptions(options, crossing, at);
  return [{ kind: 'task.return', ...(result === undefined ? {} : { result }), options }, crossing.signature];
}

function context(scope: Scope, { at, kind, type, slot }: Extract<CanonSyntax, { readonly slot: number }>): [Builtin, CoreFuncType] {
  if (type !== 'i32' && type !== 'i64') return invalid(at, `the type of \`${kind}\` must be i32 or i64, found ${type}`);
  scope.context ??= type;
  if (scope.context !== type) invalid(at, `\`${kind}\` with ${type}: all of a component must have one type, ${scope.context}`);
  if (slot > 1) invalid(at, `\`${kind}\` of slot ${slot}: immediate must be 0 or 1`);
  return [{ kind, slot, type }, kind === 'context.get' ? coreFunc([], [type]) : coreFunc([type])];
}

function thread(scope: Scope, syntax: Extract<CanonSyntax, { kind: 'thread' }>): [Builtin, CoreFuncType] {
  const { at } = syntax;
  if (syntax.type !== undefined) {
    const type = scope.at(scope.coreTypes, syntax.type, 'core type', at);
    const starts = type.kind === 'func' && type.results.length === 0 && (type.params.join() === 'i32' || type.params.join() === 'i64');
    if (!starts) invalid(at, `start function of \`${syntax.name}\` must take a single i32 or i64 argument and return nothing`);
  }
  if (syntax.table !== undefined) {
    const table = scope.coreExtern('table', syntax.table, at);
    if (table.kind === 'table' && table.element !== '(ref null func)') invalid(at, `\`${syntax.name}\` needs a table of funcref`);
  }
  const params = Array.from({ length: syntax.params }, () => 'i32');
  return [{ kind: 'unsupported', feature: syntax.name }, coreFunc(params, syntax.result ? ['i32'] : [])];
}

/** The stream or future type of a built-in that is named for one of them. */
function channel(
  scope: Scope,
  { at, kind, type: index }: { readonly at: number; readonly kind: string; readonly type: number },
): ValueType & { readonly element?: ValueType } {
  const what = kind.startsWith('stream') ? 'stream' : 'future';
  const type = scope.type(index, at);
  return type.kind === 'stream' || type.kind === 'future'
    ? type.kind === what
      ? type
      : invalid(at, `\`${kind}\` requires a ${what} type`)
    : invalid(at, `\`${kind}\` requires a ${what} type`);
}

function copy(scope: Scope, syntax: Extract<CanonSyntax, { readonly kind: CopyKind }>): [Builtin, CoreFuncType] {
  const { at, kind } = syntax;
  const type = channel(scope, syntax);
  const { options, pointer } = resolveOptions(scope, syntax.options, ['encoding', 'memory', 'realloc', 'async']);
  const { element } = type;
  requireOptions(options, { needsMemory: element !== undefined, needsRealloc: kind.endsWith('read') && element?.pointer === true }, at);
  return [{ kind, type, options }, kind.startsWith('stream') ? coreFunc(['i32', pointer, pointer], [pointer]) : coreFunc(['i32', pointer], ['i32'])];
}

/** The representation of a resource that a component defines, and its destructor's type (Binary.md, type definitions). */
export function checkResource(scope: Scope, rep: string, destructor: number | undefined, at: number): 'i32' | 'i64' {
  if (rep !== 'i32' && rep !== 'i64') return invalid(at, `resources can only be represented by \`i32\` or \`i64\`, found ${rep}`);
  if (destructor === undefined) return rep;
  const found = scope.coreFunc(destructor, at);
  if (!sameCoreFunc(found, coreFunc([rep]))) invalid(at, `core function ${destructor} has wrong signature for a destructor: ${printCoreFunc(found)}`);
  return rep;
}
