/** Where tests run. */
import type { EngineName } from '../../../src/core/engine/choose.ts';
import type { TestCase } from '../cases.ts';
import { limitMs, type Trial } from '../operations.ts';

/** How hostling is tried on a platform. */
export interface Setting {
  readonly engine: EngineName;
  /** Without it the runtime is as one that has no WebAssembly JSPI. */
  readonly jspi: boolean;
}

/** One environment with a hostling host. */
export interface TestPlatform {
  /** @returns why the test failed; nothing if it passed */
  test(testCase: TestCase, trial: Trial): Promise<string | undefined>;
  close(): Promise<void>;
}

/** What does not even tell in time that it is late does not answer at all: `giveUp` has to end it. */
export async function orGiveUp<T>(answer: Promise<T>, giveUp: () => Promise<void>): Promise<T | string> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs + 5000);
  });
  const first = await Promise.race([answer.then((value) => ({ value })), silence]);
  clearTimeout(timer);
  if (first !== undefined) return first.value;
  await giveUp();
  return 'the platform was blocked and had to be ended';
}
