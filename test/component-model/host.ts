import type { HostImports } from './subjects/subject.ts';

/** `(global (export "g") i32 i32.const 100)` and `(func (export "f") (result i32) i32.const 101)` */
const simpleModule = Uint8Array.from(
  [
    [0, 97, 115, 109, 1, 0, 0, 0],
    [1, 5, 1, 96, 0, 1, 127],
    [3, 2, 1, 0],
    [6, 7, 1, 127, 0, 65, 228, 0, 11],
    [7, 9, 2, 1, 103, 3, 0, 1, 102, 0, 0],
    [10, 7, 1, 5, 0, 65, 229, 0, 11],
  ].flat(),
);

const never = (): Promise<never> => new Promise<never>(() => {});

/** One turn of the event loop: what "slowly" means. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * What wasmtime's scripts import from their host. Made once for each script: the counts of drops are kept over its components, and
 * `resource1-again` is the same type as `resource1`.
 */
export function createHost(): HostImports {
  let drops = 0;
  let lastDrop = 0;

  class Resource1 {
    readonly #rep: number;
    constructor(rep: number) {
      this.#rep = rep;
    }
    static assert(resource: Resource1, rep: number): void {
      check(resource.#rep, rep);
    }
    static lastDrop(): number {
      return lastDrop;
    }
    static drops(): number {
      return drops;
    }
    simple(rep: number): void {
      check(this.#rep, rep);
    }
    takeBorrow(_other: Resource1): void {}
    takeOwn(_other: Resource1): void {}
    neverReturn(): Promise<never> {
      return never();
    }
    [Symbol.dispose](): void {
      drops++;
      lastDrop = this.#rep;
    }
  }
  class Resource2 {}

  const host = {
    returnThree: () => 3,
    nested: { returnFour: () => 4 },
    returnHi: () => 'hi',
    simpleModule: new WebAssembly.Module(simpleModule),
    Resource1,
    Resource2,
    Resource1Again: Resource1,
    neverReturn: never,
    returnTwoSlowly: async () => {
      await turn();
      return 2;
    },
    echoSlowly: async (value: number) => {
      await turn();
      return value;
    },
  };
  // Both reach into wasmtime: the first bounds a table of tasks, the second runs its garbage collector.
  const wasmtime = { setMaxTableCapacity: (_capacity: number) => {}, gc: () => {} };
  return { functions: { 'host-return-two': () => 2, 'host-echo-u32': (value: number) => value }, instances: { host, wasmtime } };
}

function check(actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`the resource has the representation ${actual}, not ${expected}`);
}
