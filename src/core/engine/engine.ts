import type { CodeLoader } from '../ports/code.ts';
import type { InterfaceImpl } from '../wasi/interface.ts';
import type { ComponentInterface } from './interface.ts';
import type { Limits } from './limits.ts';

/** A component turned into something that loads fast: plain data that can be kept, posted to a worker and written to disk. */
export interface Artifact {
  /** Name and version of the engine that made it: no other can load it. */
  readonly engine: string;
  /** SHA-256 of the component's bytes, in hex. */
  readonly digest: string;
  readonly interface: ComponentInterface;
  /** What links the core modules, as the source of one JavaScript expression: a plan in JSON, or a function. */
  readonly source: string;
  /** The core modules by the name the source asks for. */
  readonly modules: Readonly<Record<string, Uint8Array>>;
}

/** An artifact whose code was imported by the program's own bundle, for environments that load no code at run time. */
export interface BundledComponent {
  readonly engine: string;
  readonly digest: string;
  readonly interface: ComponentInterface;
  /** The value of the artifact's source. */
  readonly code: unknown;
  readonly modules: Readonly<Record<string, WebAssembly.Module>>;
}

/**
 * What an instance is linked with: the full name of each import (`wasi:cli/exit@0.2.3`) and its implementation. An interface that another instance exports is
 * one: what is passed crosses without a host in between. What the world imports by itself is the `default` under its name, or stands there alone: a
 * function, a core module as `WebAssembly.Module`, a {@link Component}.
 */
export type Imports = Readonly<Record<string, InterfaceImpl>>;

/** One instance of a component: its own memory and handles. */
export interface Instance {
  /**
   * The exports: interfaces by their full name as objects of functions; functions of the world itself by their camelCase name, its resources as classes, its
   * core modules as `WebAssembly.Module`s. They may be given to other instances as imports.
   */
  readonly exports: Readonly<Record<string, unknown>>;
  /**
   * Tells when the instance fails, also outside a call's own promise: it runs no more. At once if it has failed already.
   * @returns takes the listener back
   */
  onFault(listener: (reason: unknown) => void): () => void;
  /**
   * Brings the instance back to its first state, with other imports: nothing of a call before can be observed or is still alive.
   * Answers false when that cannot be done, then the instance is to be disposed. Absent: it never can.
   */
  restore?(imports: Imports): boolean;
  /** Settles when no call is under way any more, in the guest neither. Absent: nobody knows. */
  idle?(): Promise<void>;
  /** Lets go of the instance: nothing of it runs any more. Calls under way or later, and reads of its streams and futures, fail with the reason. */
  dispose(reason?: unknown): void;
}

/** How an instance is made, besides what it imports. */
export interface InstanceOptions {
  /** What the messages of its failures call it; without one they have what its bytes call it. */
  readonly name?: string;
  /**
   * Whether a write to standard output may have to wait. Where it never does, a component that waits for nothing else is called plainly, and needs no
   * support for suspending. Default: it may.
   */
  readonly outputWaits?: boolean;
}

/** A component ready to be instantiated many times. */
export interface Component {
  readonly digest: string;
  readonly interface: ComponentInterface;
  instantiate(imports: Imports, options?: InstanceOptions): Promise<Instance>;
}

/** What a guest may have to wait for inside synchronous functions. */
export interface Suspends {
  /** Whether a function of an import (by its full name, with version) may answer with a promise although synchronous: the guest is suspended until it settles. */
  (importName: string, functionName: string): boolean;
  /** Whether a component with these imports can wait for nothing but its standard output. Absent: nobody knows. */
  readonly outputOnly?: (description: ComponentInterface) => boolean;
}

/** Turns component bytes into instances. */
export interface Engine {
  /** Name and version, as artifacts carry them. */
  readonly id: string;
  /**
   * Prepares a component.
   * @throws HostlingError `invalid-component` or `prepare-failed`
   */
  prepare(bytes: Uint8Array, description: ComponentInterface, digest: string, suspends: Suspends): Promise<Artifact>;
  /**
   * The same component with no more than so many bytes of linear memory, all its memories together: `memory.grow` answers -1 in the guest there. Absent: the
   * engine cannot.
   * @throws HostlingError `instantiate-failed` when it begins with more
   */
  limitMemory?(artifact: Artifact, bytes: number): Promise<Artifact>;
  /**
   * Compiles an artifact's modules and loads its code.
   * @throws HostlingError `prepare-failed`
   */
  load(artifact: Artifact, code: CodeLoader, limits?: Partial<Limits>): Promise<Component>;
  /** Takes a component whose code came with the program. */
  adopt(bundle: BundledComponent, limits?: Partial<Limits>): Component;
}
