import type { BundledComponent } from '../engine/engine.ts';
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
  /** Interfaces of your own, by their full name with version, or a function's name under `default`. */
  readonly interfaces?: Readonly<Record<string, InterfaceFactory>>;
  /** How long a call may take until the head of its answer, in milliseconds. Default: 60 000. */
  readonly timeoutMs?: number;
}

/** {@link WorkloadOptions} with every default filled in. */
export interface ResolvedOptions extends Required<Omit<WorkloadOptions, 'stdio' | 'host' | 'component'>> {
  readonly stdio: Stdio | undefined;
  readonly hosts: readonly string[];
}

/** @throws HostlingError `option-invalid` */
export function resolveOptions(options: WorkloadOptions, defaultName: string): ResolvedOptions {
  const name = options.name ?? defaultName;
  if (!/^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/i.test(name)) {
    throw new HostlingError('option-invalid', `'${name}' is no workload name: use letters, digits, '.', '_' and '-', 63 at most`);
  }
  for (const variable of Object.keys(options.env ?? {})) {
    if (variable === '' || /[=\0]/.test(variable)) throw new HostlingError('option-invalid', `'${variable}' is no name of an environment variable`);
  }
  const timeoutMs = options.timeoutMs ?? 60_000;
  if (!(timeoutMs > 0)) throw new HostlingError('option-invalid', `timeoutMs is ${timeoutMs}; it must be a positive number of milliseconds`);
  const { host = [] } = options;
  return Object.freeze({
    name,
    hosts: typeof host === 'string' ? [host] : host,
    args: options.args ?? [name],
    env: options.env ?? {},
    directories: options.directories ?? {},
    allowedHosts: options.allowedHosts ?? [],
    stdio: options.stdio,
    interfaces: options.interfaces ?? {},
    timeoutMs,
  });
}
