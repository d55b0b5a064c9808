import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import type { EngineName } from '../core/engine/choose.ts';
import { mostMemoryMb } from '../core/engine/memory-limit.ts';
import { UsageError } from './failure.ts';

/** A directory to grant. */
export interface DirectoryGrant {
  readonly host: string;
  readonly guest: string;
  readonly readOnly: boolean;
}

/** What a guest is given and may take, as `run` and `serve` have it. */
export interface GrantOptions {
  readonly dir?: readonly DirectoryGrant[];
  readonly env?: Readonly<Record<string, string>>;
  readonly allowHost?: readonly string[];
  /** The most linear memory of one instance, in MiB. */
  readonly memoryLimit?: number;
}

/** What every command takes. */
export interface CommonOptions {
  readonly verbose: boolean;
  /** Where prepared components are kept; `false`: nowhere; absent: the default place. */
  readonly cacheDirectory?: string | false;
  /** What turns components into instances; absent: hostling's own engine. */
  readonly engine?: EngineName;
}

/** Carries out a command for a component; whoever started it has the exit code and what was thrown. */
export type Start = (component: string, command: Command, action: (common: CommonOptions) => Promise<number>) => Promise<void>;

/** Adds the options that every command takes; they may also stand before the command's name. A command may show more with `--verbose`. */
export function addCommonOptions(command: Command, verbose = 'show the stack and the causes of an error'): Command {
  return command
    .option('--cache-dir <dir>', "keep prepared components here (default: hostling in the user's cache directory)")
    .option('--no-cache', 'do not keep prepared components')
    .addOption(new Option('--engine <name>', "what turns components into instances (default: hostling's own)").choices(['hostling', 'jco']))
    .option('--verbose', verbose);
}

/** The common options, wherever they stand; the command's own win. */
export function commonOptions(command: Command): CommonOptions {
  const given = <T>(name: string): T | undefined => {
    for (let at: Command | null = command; at !== null; at = at.parent) {
      if (at.getOptionValueSource(name) === 'cli') return at.getOptionValue(name) as T;
    }
    return undefined;
  };
  const cacheDirectory = given<boolean>('cache') === false ? false : given<string>('cacheDir');
  const engine = given<EngineName>('engine');
  return {
    verbose: given<boolean>('verbose') ?? false,
    ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
    ...(engine === undefined ? {} : { engine }),
  };
}

/** What of the common options is the platform's. */
export function platformOptions({ cacheDirectory, engine }: CommonOptions): Pick<CommonOptions, 'cacheDirectory' | 'engine'> {
  return { ...(cacheDirectory === undefined ? {} : { cacheDirectory }), ...(engine === undefined ? {} : { engine }) };
}

/** Adds the options that say what a guest gets and may take. */
export function addGrantOptions(command: Command): Command {
  return command
    .option('--dir <host[::guest[::ro]]>', 'let the guest use a directory, at a path of its own, for reading only with ::ro (repeatable)', addDirectory)
    .option('--env <name[=value]>', 'set an environment variable; without a value, the one it has here (repeatable)', addVariable)
    .option('--allow-host <host>', 'let the guest send HTTP requests there: a host, *.suffix, host:port, or * (repeatable)', append)
    .addOption(memoryOption());
}

/** How many instances there are, and for how many calls: as the options of a workload have it. */
export interface PoolArguments {
  readonly poolSize?: number;
  readonly maxInvocations?: number;
  readonly maxConcurrency?: number;
}

/**
 * The pool that was asked for, as a workload takes it. What has no effect without one is left out and told under the name that it has here.
 */
export function poolOf({ poolSize = 0, maxInvocations = 0, maxConcurrency = 1 }: PoolArguments, warn: (message: string) => void): Required<PoolArguments> {
  if (poolSize > 0) return { poolSize, maxInvocations, maxConcurrency };
  const idle = [...(maxInvocations > 0 ? ['--max-invocations'] : []), ...(maxConcurrency > 1 ? ['--max-concurrency'] : [])];
  if (idle.length > 0) warn(`${idle.join(' and ')} ${idle.length === 1 ? 'has' : 'have'} no effect without --pool-size`);
  return { poolSize, maxInvocations: 0, maxConcurrency: 1 };
}

/** Adds the options that say how instances are used. */
export function addPoolOptions(command: Command): Command {
  return command
    .option('--pool-size <n>', 'keep up to n instances from call to call (default: 0, a fresh one for each call)', countOf('--pool-size'))
    .option('--max-invocations <n>', 'retire an instance of the pool after n calls (default: 0, never)', countOf('--max-invocations'))
    .option('--max-concurrency <n>', 'give an instance of the pool up to n calls at a time (default: 1)', countOf('--max-concurrency'));
}

/** The option that bounds a guest's memory. */
export function memoryOption(): Option {
  const about = 'the most linear memory of one instance, in MiB (default: what the component says)';
  return new Option('--memory-limit <mib>', about).argParser(parseMegabytes);
}

/** Adds the option that says where to listen. */
export function addAddressOption(command: Command): Command {
  const address = '127.0.0.1:8000';
  const option = new Option('--addr <host:port>', 'where to listen; port 0 takes a free one').argParser(parseAddress);
  return command.addOption(option.default(parseAddress(address), address));
}

/** What the help of a command that listens says of it. */
export const listeningHelp = `Prints the address once it listens. What the guest prints goes to standard error.
SIGINT and SIGTERM let requests in flight finish, for 30 seconds at most; a second one ends the process at once.`;

function parseMegabytes(value: string): number {
  const megabytes = Number(value);
  if (!(megabytes > 0 && megabytes <= mostMemoryMb))
    throw new UsageError(`--memory-limit '${value}' is no amount of memory; write MiB as a number such as 256, ${mostMemoryMb} at most`);
  return megabytes;
}

function countOf(option: string): (value: string) => number {
  return (value) => {
    if (!/^\d{1,9}$/.test(value)) throw new UsageError(`${option} '${value}' is no count; write a whole number such as 4, 0 or more`);
    return Number(value);
  };
}

function append(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

function addDirectory(value: string, previous: readonly DirectoryGrant[] = []): DirectoryGrant[] {
  const grant = parseDirectory(value);
  if (previous.some(({ guest }) => guest === grant.guest)) throw new UsageError(`--dir names the guest path ${grant.guest} twice`);
  return [...previous, grant];
}

/** @throws UsageError for anything but `HOST`, `HOST::GUEST` and `HOST::GUEST::ro` */
export function parseDirectory(value: string): DirectoryGrant {
  const [host = '', guest = host, mode, ...more] = value.split('::');
  if (host === '' || guest === '' || more.length > 0 || (mode !== undefined && mode !== 'ro')) {
    throw new UsageError(`--dir '${value}' is no directory to grant; write it as HOST, HOST::GUEST or HOST::GUEST::ro`);
  }
  return { host, guest, readOnly: mode === 'ro' };
}

function addVariable(value: string, previous: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = value.indexOf('=');
  if (at === 0) throw new UsageError('--env has a value without a name; write it as NAME=VALUE');
  if (at > 0) return { ...previous, [value.slice(0, at)]: value.slice(at + 1) };
  const own = process.env[value];
  if (own === undefined) throw new UsageError(`--env ${value}: there is no such variable here; set it, or write ${value}=VALUE`);
  return { ...previous, [value]: own };
}

/** Where to listen. */
export interface Address {
  readonly address: string;
  readonly port: number;
}

/** @throws UsageError for anything but `HOST:PORT`, with brackets around an IPv6 address */
export function parseAddress(value: string): Address {
  const match = /^(?:\[([0-9a-f:.%]+)\]|([^:[\]\s/]+)):(\d{1,5})$/i.exec(value);
  const address = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (address === undefined || port > 65_535) {
    throw new UsageError(`--addr '${value}' is no address to listen on; write it as HOST:PORT, for example 127.0.0.1:8000 or [::1]:8000`);
  }
  return { address, port };
}

/** The last part of a component's path or address. */
export function fileNameOf(component: string): string {
  const path = isUrl(component) && URL.canParse(component) ? new URL(component).pathname : component;
  return basename(path) || 'component';
}

/** A component's path, or its address without what may be a secret: user, password and query. */
export function shownAs(component: string): string {
  if (!isUrl(component) || !URL.canParse(component)) return component;
  const { protocol, host, pathname } = new URL(component);
  return `${protocol}//${host}${pathname}`;
}

/** A name for the workload, from the component's file. */
export function workloadNameOf(component: string): string {
  const name = fileNameOf(component)
    .replace(/\.wasm$/i, '')
    .replace(/[^a-z0-9._-]+/gi, '-')
    .slice(0, 63)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/gi, '');
  return name === '' ? 'component' : name;
}

/** Whether a component is to be downloaded. */
export function isUrl(component: string): boolean {
  return /^https?:/i.test(component);
}
