import type { BundledComponent } from '../engine/engine.ts';
import { defaultLimits, type Limits } from '../engine/limits.ts';
import { memoryLimitBytes } from '../engine/memory-limit.ts';
import { HostlingError } from '../errors.ts';
import type { Directory } from '../ports/files.ts';
import type { InterfaceFactory } from '../wasi/interface.ts';
import type { Stdio } from '../wasi/stdio.ts';

/** A component: its bytes, where it is, or what a build step made of it. */
export type ComponentInput = Uint8Array | ArrayBuffer | string | URL | BundledComponent;

/** What a workload is made of. It gets nothing that is not named here. */
export interface WorkloadOptions {
  readonly component: ComponentInput;
  /** Unique in the host. Default: `workload-1`, `workload-2`, … */
  readonly name?: string;
  /** The `Host` headers it answers for; `*` for every host that no other workload has. Default: none, it is called by its handle only. */
  readonly host?: string | readonly string[];
  /** Arguments, beginning with the program's name. Default: the workload's name alone. */
  readonly args?: readonly string[];
  /** Environment variables. Default: none. */
  readonly env?: Readonly<Record<string, string>>;
  /** Directories by the path the guest finds them at; `'memory'` makes an empty one that lives as long as the workload. Default: none. */
  readonly directories?: Readonly<Record<string, Directory | 'memory'>>;
  /** The HTTP servers it may reach, as wasmCloud's `allowedHosts`: `api.example.com`, `*.example.com:8443`, `https://…`, `*`. Default: none. */
  readonly allowedHosts?: readonly string[];
  /** Standard streams. Default: nothing to read; output goes to the host's log. */
  readonly stdio?: Stdio;
  /** Interfaces of your own, by their full name with version. What the world imports by itself (a function, a core module, a component) is the `default` under its name. */
  readonly interfaces?: Readonly<Record<string, InterfaceFactory>>;
  /**
   * How many instances keep their memory from call to call, as wasmCloud has it. Default: 0, each call has a fresh instance. A call that finds all of
   * them busy has one for itself.
   */
  readonly poolSize?: number;
  /** After how many calls an instance of the pool is retired; a warning says so where there is no pool. Default: 0, never. */
  readonly maxInvocations?: number;
  /** How many calls an instance of the pool may have at a time; a warning says so where there is no pool. Default: 1. */
  readonly maxConcurrency?: number;
  /**
   * The most linear memory of one instance, in MiB, as wasmCloud's `memoryLimitMb`: a guest that wants more is told so by `memory.grow`, one that begins with
   * more is refused. 65 536 at most. Default: what the component says.
   */
  readonly memoryLimitMb?: number;
  /** What else one instance may take; the defaults are for nobody to come near by honest work. */
  readonly limits?: Partial<Limits>;
  /** How long a call may take until the head of its answer, in milliseconds. Default: 60 000. */
  readonly timeoutMs?: number;
}

/** {@link WorkloadOptions} with every default filled in. */
export interface ResolvedOptions extends Required<Omit<WorkloadOptions, 'stdio' | 'host' | 'component' | 'memoryLimitMb'>> {
  readonly memoryLimitMb: number | undefined;
  readonly stdio: Stdio | undefined;
  readonly hosts: readonly string[];
}

/** The options there are, besides the `signal` of a run; anything else is a mistake. */
const known: ReadonlySet<string> = new Set([
  'component',
  'name',
  'host',
  'args',
  'env',
  'directories',
  'allowedHosts',
  'stdio',
  'interfaces',
  'poolSize',
  'maxInvocations',
  'maxConcurrency',
  'memoryLimitMb',
  'limits',
  'timeoutMs',
]);

/** @throws HostlingError `option-invalid`, naming the option */
export function resolveOptions(options: WorkloadOptions, defaultName: string, call: 'start' | 'run' = 'start'): ResolvedOptions {
  if (!isObject(options)) return invalid('a workload is started with an object of options');
  for (const [option, value] of Object.entries(options)) {
    if (option === 'signal') {
      if (call !== 'run' && value !== undefined) invalid("signal belongs to run; what start began is ended by the workload's stop");
    } else if (!known.has(option)) invalid(`there is no option named ${option}; there are ${[...known].join(', ')}`);
  }
  checkComponent(options.component);
  const { name = defaultName, host = [], env = {}, directories = {}, allowedHosts = [], interfaces = {}, limits = {}, timeoutMs = 60_000 } = options;
  if (typeof name !== 'string' || !/^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/i.test(name)) {
    invalid(`'${String(name)}' is no workload name: use letters, digits, '.', '_' and '-', 63 at most`);
  }
  const { args = [name] } = options;
  checkTexts('args', args);
  checkTexts('allowedHosts', allowedHosts);
  const hosts = typeof host === 'string' ? [host] : host;
  checkTexts('host', hosts);
  if (!isObject(env)) invalid('env is an object of texts');
  for (const [variable, value] of Object.entries(env)) {
    if (variable === '' || /[=\0]/.test(variable)) invalid(`'${variable}' is no name of an environment variable`);
    if (typeof value !== 'string') invalid(`the environment variable ${variable} is a ${typeof value}; it must be a text`);
  }
  if (!isObject(directories)) invalid("directories is an object of directories, or 'memory', by guest path");
  for (const [path, directory] of Object.entries(directories)) {
    const open: unknown = isObject(directory) ? directory.open : undefined;
    if (directory !== 'memory' && typeof open !== 'function')
      invalid(`the directory ${path} is neither 'memory' nor one made by openDirectory or createMemoryDirectory`);
  }
  if (!isObject(interfaces)) invalid('interfaces is an object of what serves an interface, by its full name');
  if (!(Number.isFinite(timeoutMs) && timeoutMs > 0)) invalid(`timeoutMs is ${String(timeoutMs)}; it must be a positive number of milliseconds`);
  memoryLimitBytes(options.memoryLimitMb);
  return Object.freeze({
    name,
    hosts,
    args,
    env,
    directories,
    allowedHosts,
    stdio: options.stdio,
    interfaces,
    poolSize: checkCount('poolSize', options.poolSize, 0),
    maxInvocations: checkCount('maxInvocations', options.maxInvocations, 0),
    // As wasmCloud reads it, 0 is the default too.
    maxConcurrency: checkCount('maxConcurrency', options.maxConcurrency, 1) || 1,
    memoryLimitMb: options.memoryLimitMb,
    limits: checkLimits(limits),
    timeoutMs,
  });
}

function checkLimits(limits: Partial<Limits>): Partial<Limits> {
  if (!isObject(limits)) invalid('limits is an object of numbers');
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (!Object.hasOwn(defaultLimits, name)) invalid(`there is no limit named ${name}; there are ${Object.keys(defaultLimits).join(', ')}`);
    if (!Number.isSafeInteger(value) || value < 1) invalid(`the limit ${name} is ${String(value)}; it must be a whole number, 1 or more`);
  }
  return Object.fromEntries(given);
}

function checkCount(option: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (!Number.isSafeInteger(value) || value < 0) invalid(`${option} is ${String(value)}; it must be a whole number, 0 or more`);
  return value;
}

function checkComponent(component: unknown): void {
  const given = typeof component === 'string' || component instanceof Uint8Array || component instanceof ArrayBuffer || component instanceof URL;
  if (!given && !(isObject(component) && 'modules' in component)) {
    invalid("component must be a component's bytes, its path or address, or what `hostling build` made");
  }
}

function checkTexts(option: string, texts: unknown): void {
  if (!Array.isArray(texts) || texts.some((text) => typeof text !== 'string')) invalid(`${option} must be a list of texts`);
}

function isObject<T>(value: T): value is T & object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): never {
  throw new HostlingError('option-invalid', message);
}
