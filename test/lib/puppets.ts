import type { Component, Imports, Instance } from '../../src/core/engine/engine.ts';
import { childInterface, type ElementType, end, hostInterface } from './wasm/puppet.ts';

export { began, command, type Deed, did, elementSizes, type ElementType, elementTypes, end, heapBase, puppets } from './wasm/puppet.ts';
export type Puppet = 'p0' | 'p1' | 'p2';

/** What a script is told: a call began, the result of what it said last, or an event. */
export interface Told {
  readonly code: number;
  readonly first: number;
  readonly second: number;
}

/** What a puppet does in one call: yields commands, is told their results, and returns what the call's core function is to return. */
export type Script = Generator<bigint, number | void, Told>;

/** A callback code: the task goes on when the set has an event. */
export const waitFor = (set: number): bigint => end(2 | (set << 4));
/** A callback code: the task goes on in its next turn. */
export const yieldTurn: bigint = end(1);

/** What the host has for the last puppet to call. */
export interface HostChild {
  run?(id: number): unknown;
  task?(id: number): unknown;
  stack?(id: number): unknown;
}

type Func = (...args: unknown[]) => unknown;

/** One instance of the puppets, and the scripts that they follow. */
export class Stage {
  readonly instance: Instance;
  readonly imports: Imports;
  /** What a script threw, which reaches the caller as a trap. */
  failure: unknown;
  /** What the last puppet calls. */
  child: HostChild;
  readonly #scripts: Map<number, Script>;
  #next = 0;

  private constructor(instance: Instance, imports: Imports, scripts: Map<number, Script>, child: HostChild) {
    this.instance = instance;
    this.imports = imports;
    this.child = child;
    this.#scripts = scripts;
  }

  static async open(component: Component, child: HostChild = {}): Promise<Stage> {
    const scripts = new Map<number, Script>();
    let stage: Stage | undefined = undefined;
    const next = (id: number, code: number, first: number, second: number): bigint => {
      const script = scripts.get(id);
      if (script === undefined) throw new Error(`there is no script ${id}`);
      try {
        const { value, done } = script.next({ code, first: first | 0, second: second | 0 });
        if (!done) return value;
        scripts.delete(id);
        return end(value ?? 0);
      } catch (failure) {
        if (stage !== undefined) stage.failure ??= failure;
        throw failure;
      }
    };
    const imports: Imports = {
      [hostInterface]: { next },
      [childInterface]: {
        run: (id: number) => stage?.child.run?.(id),
        task: (id: number) => stage?.child.task?.(id) ?? 0,
        stack: (id: number) => stage?.child.stack?.(id) ?? 0,
      },
    };
    const instance = await component.instantiate(imports);
    stage = new Stage(instance, imports, scripts, child);
    return stage;
  }

  /** Names a script; whoever is called with the number follows it. */
  script(script: Script): number {
    if (this.#scripts.size === 0) this.#next = 0;
    const id = ++this.#next;
    this.#scripts.set(id, script);
    return id;
  }
  /** Lets go of a script that nobody has begun to follow. */
  forget(id: number): void {
    this.#scripts.delete(id);
  }
  /** How many scripts have not come to their end. */
  get unfinished(): number {
    return this.#scripts.size;
  }

  #call(puppet: Puppet, name: string, ...args: unknown[]): unknown {
    return (this.instance.exports[puppet] as Readonly<Record<string, Func>>)[name]?.(...args);
  }
  /** A synchronous call; a promise only if it had to wait. */
  run(puppet: Puppet, script: Script): unknown {
    return this.#call(puppet, 'run', this.script(script));
  }
  /** A call with the callback ABI: the script yields callback codes, and returns with `task.return` before its end. */
  task(puppet: Puppet, script: Script): Promise<number> {
    return this.follow(puppet, 'task', this.script(script));
  }
  /** A call with the synchronous ABI of an asynchronous function: the script returns its result, and may wait on the stack. */
  stack(puppet: Puppet, script: Script): Promise<number> {
    return this.follow(puppet, 'stack', this.script(script));
  }
  /** A call that follows a script by its number. */
  follow(puppet: Puppet, kind: 'task' | 'stack', script: number): Promise<number> {
    return this.#call(puppet, kind, script) as Promise<number>;
  }
  poke(puppet: Puppet, at: number, bytes: Uint8Array): void {
    this.#call(puppet, 'poke', at, bytes);
  }
  peek(puppet: Puppet, at: number, size: number): Uint8Array {
    return this.#call(puppet, 'peek', at, size) as Uint8Array;
  }
  /** Takes the readable end of a stream or future out of a puppet. */
  give(puppet: Puppet, kind: 'stream' | 'future', type: ElementType, handle: number): unknown {
    return this.#call(puppet, `give${pascal(kind)}${pascal(type)}`, handle);
  }
  /** Gives a puppet a stream or future; the answer is its handle. */
  take(puppet: Puppet, kind: 'stream' | 'future', type: ElementType, value: unknown): number {
    return this.#call(puppet, `take${pascal(kind)}${pascal(type)}`, value) as number;
  }
}

const pascal = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
