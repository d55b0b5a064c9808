import { asHostlingError, HostlingError, messageOf } from '../../errors.ts';
import { Faults } from '../../faults.ts';
import type { CodeLoader } from '../../ports/code.ts';
import type { Artifact, BundledComponent, Component, Engine, Imports, Instance, Suspends } from '../engine.ts';
import type { ComponentInterface, Extern } from '../interface.ts';
import type { Limits } from '../limits.ts';
import { cannotKeep } from '../memory-limit.ts';
import { type NextTurn, Scheduler } from './scheduler.ts';
import { type Load, type Surroundings, toLoadable } from './source.ts';
import type { LoadTranspiler, TranspileOptions } from './transpiler.ts';

/** What the engine needs of its environment. */
export interface JcoEngineOptions {
  readonly loadTranspiler: LoadTranspiler;
  readonly nextTurn: NextTurn;
}

/** Changes whenever artifacts made before can no longer be loaded: the transpiler's version, then our own. */
const engineId = 'jco-transpile-0.15.0-2';

/** The engine that generates JavaScript with jco's transpiler. */
export function createJcoEngine(options: JcoEngineOptions): Engine {
  return Object.freeze({
    id: engineId,
    async prepare(bytes: Uint8Array, description: ComponentInterface, digest: string, suspends: Suspends) {
      checkRuntime();
      return prepare(options.loadTranspiler, bytes, description, digest, suspends);
    },
    load: (artifact: Artifact, code: CodeLoader) => load(artifact, code, options.nextTurn),
    adopt(bundle: BundledComponent, limits: Partial<Limits> = {}) {
      if (Object.keys(limits).length > 0) throw cannotKeep('limits', engineId);
      return adopt(bundle, options.nextTurn);
    },
  });
}

/** Refuses what another engine or version made. */
function checkEngine(engine: string): void {
  if (engine !== engineId) {
    throw new HostlingError('prepare-failed', `the component was prepared by ${engine}, this host has ${engineId}; prepare it again`);
  }
}

/** Every function that it generates may suspend, whether it has to or not. */
function checkRuntime(): void {
  if ('Suspending' in WebAssembly) return;
  throw new HostlingError(
    'runtime-unsupported',
    "jco's engine suspends components with WebAssembly JSPI, which this runtime lacks; take hostling's own engine, or Node 24, Chrome 137, Firefox 153, Safari 27 or newer",
  );
}

async function prepare(
  loadTranspiler: LoadTranspiler,
  bytes: Uint8Array,
  description: ComponentInterface,
  digest: string,
  suspends: Suspends,
): Promise<Artifact> {
  const { $init, generate } = await loadTranspiler();
  await $init;
  let files: [string, Uint8Array][];
  try {
    ({ files } = generate(bytes, transpileOptions(description, suspends)));
  } catch (failure) {
    throw new HostlingError('invalid-component', `the component cannot be prepared: ${innermost(messageOf(failure))}`, { cause: failure });
  }
  const generated = files.find(([name]) => name === 'component.js')?.[1];
  if (generated === undefined) throw new HostlingError('prepare-failed', 'the transpiler made no JavaScript');
  const { source, inlineModules } = toLoadable(new TextDecoder().decode(generated));
  const modules = Object.fromEntries(files.filter(([name]) => name.endsWith('.wasm')));
  return { engine: engineId, digest, interface: description, source, modules: { ...modules, ...inlineModules } };
}

/** The transpiler writes what it was at, then a paragraph of causes, one inside the other: the last says what is wrong and where. */
function innermost(text: string): string {
  return (
    text
      .trimEnd()
      .split('\n')
      .at(-1)
      ?.replace(/^\s*(\d+: )?/, '') ?? text
  );
}

function transpileOptions(description: ComponentInterface, suspends: Suspends): TranspileOptions {
  const linked = description.imports.filter((item) => item.kind === 'instance' || item.kind === 'func');
  return {
    name: 'component',
    // Without the identity map two versions of one interface become one import.
    map: linked.map(({ name }) => [name, name]),
    instantiation: { tag: 'async' },
    asyncMode: {
      tag: 'jspi',
      val: { imports: linked.flatMap((item) => suspendingImports(item, suspends)), exports: description.exports.flatMap(syncFunctions) },
    },
    noTypescript: true,
    noNodejsCompat: true,
    noComponentErrorWrapping: false,
    base64Cutoff: 0,
  };
}

/** Of interfaces that are not WASI's none suspends here: the transpiler's code would also wait for a future that a function answers with. */
function suspendingImports(item: Extern, suspends: Suspends): string[] {
  if (!item.name.startsWith('wasi:')) return [];
  const functions = (item.functions ?? []).filter((func) => !func.async && suspends(item.name, func.name));
  return functions.map((func) => (item.kind === 'func' ? func.name : `${item.name}#${func.name}`));
}

/**
 * Every synchronous export may reach an import that suspends. Constructors cannot wait in JavaScript; of static functions the transpiler
 * makes code that cannot be loaded when they are listed.
 */
function syncFunctions(item: Extern): string[] {
  const functions = (item.functions ?? []).filter((func) => !func.async && !/^\[(constructor|static)\]/.test(func.name));
  return functions.map((func) => (item.kind === 'func' ? func.name : `${item.name}#${func.name}`));
}

async function load(artifact: Artifact, code: CodeLoader, nextTurn: NextTurn): Promise<Component> {
  checkRuntime();
  checkEngine(artifact.engine);
  try {
    const compiled = Object.entries(artifact.modules).map(async ([name, bytes]) => [name, await code.compile(bytes)] as const);
    const [start, ...modules] = await Promise.all([code.evaluate(artifact.source, `component-${artifact.digest.slice(0, 12)}`), ...compiled]);
    return createComponent(artifact, start, Object.fromEntries(modules), nextTurn);
  } catch (failure) {
    throw asHostlingError(failure, 'invalid-component', 'the component cannot be loaded');
  }
}

function adopt(bundle: BundledComponent, nextTurn: NextTurn): Component {
  checkRuntime();
  checkEngine(bundle.engine);
  return createComponent(bundle, bundle.code, bundle.modules, nextTurn);
}

function createComponent(
  about: { readonly digest: string; readonly interface: ComponentInterface },
  code: unknown,
  modules: Readonly<Record<string, WebAssembly.Module>>,
  nextTurn: NextTurn,
): Component {
  const start = code as Load;
  const getCoreModule = (name: string): WebAssembly.Module => {
    const module = modules[name];
    if (module === undefined) throw new HostlingError('instantiate-failed', `the prepared component lacks its core module ${name}`);
    return module;
  };
  const instantiate = async (imports: Imports): Promise<Instance> => {
    const faults = new Faults();
    const scheduler = new Scheduler(nextTurn, (reason) => faults.fail(reason));
    const exports = await start(surroundings(scheduler))(getCoreModule, imports);
    return { exports, onFault: (listener) => faults.listen(listener), dispose: () => scheduler.stop() };
  };
  return Object.freeze({ digest: about.digest, interface: about.interface, instantiate });
}

/** What it prints to its console is also thrown, so nothing is lost by not printing it. */
const silent = { error: () => {}, debug: () => {} };

function surroundings({ setTimeout, clearTimeout, setInterval, clearInterval }: Scheduler): Surroundings {
  return { setTimeout, clearTimeout, setInterval, clearInterval, console: silent, globalThis: { WebAssembly } };
}
