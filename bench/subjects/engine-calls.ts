import type { Calls } from '../lib/calls.ts';

/** The exports of an instance, whoever made it: both engines have the same values in JavaScript. */
export type Exports = Readonly<Record<string, unknown>>;

/** What is sent through a stream in one call. */
export const megabyte = 1_048_576;
const chunk = 65_536;

/** Makes a stream that a guest reads of chunks that are there, or of promises of them. */
export type MakeStream = (chunks: readonly Uint8Array[], later: boolean) => unknown;

/** A synchronous function of two integers. */
export function addCalls(exports: Exports): Calls {
  const add = exports['add'] as (a: number, b: number) => number;
  const batch = (count: number): void => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += add(i, 7);
    check(sum, (count * (count - 1)) / 2 + count * 7);
  };
  return { call: () => batch(1), batch };
}

/** A text of 1 KB in and out. */
export function echoCalls(exports: Exports): Calls {
  const echo = exports['echo'] as (text: string) => string;
  const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(1024));
  const batch = (count: number): void => {
    let length = 0;
    for (let i = 0; i < count; i++) length += echo(texts[i & 3] as string).length;
    check(length, count * 1024);
  };
  return { call: () => batch(1), batch };
}

/** The interface `demo:w/host` of the guest wat-async: its import answers at once, or a microtask later. */
export function hostThatAnswers(later: boolean): Exports {
  return { wait: later ? (n: number) => Promise.resolve(n + 1) : (n: number) => n + 1 };
}

/** An asynchronous function that calls an asynchronous import. */
export function workCalls(exports: Exports): Calls {
  const work = exports['work'] as (n: number) => Promise<number>;
  const batch = async (count: number): Promise<void> => {
    let last = 0;
    for (let i = 0; i < count; i++) last = await work(i);
    check(last, count);
  };
  return { call: () => batch(1), batch };
}

/** A megabyte from the host to the guest, 64 KB at a time. */
export function sinkCalls(exports: Exports, makeStream: MakeStream, later: boolean): Calls {
  const sink = exports['sink'] as (data: unknown) => Promise<number>;
  const chunks = Array.from({ length: megabyte / chunk }, (_, index) => new Uint8Array(chunk).fill(index));
  return { call: async () => check(await sink(makeStream(chunks, later)), megabyte) };
}

/** A megabyte from the guest to the host, which asks for 64 KB at a time, and may say where to put them. */
export function sourceCalls(exports: Exports, into?: Uint8Array): Calls {
  type Read = (options: { count: number; into?: Uint8Array }) => Promise<{ value?: Uint8Array; done: boolean }>;
  const source = exports['source'] as (size: number) => Promise<{ read: Read }>;
  return {
    async call() {
      const stream = await source(megabyte);
      let length = 0;
      for (let over = false; !over;) {
        const { value, done } = await stream.read(into === undefined ? { count: chunk } : { count: chunk, into });
        length += value?.length ?? 0;
        over = done;
      }
      check(length, megabyte);
    },
  };
}

/** A megabyte from one guest to another. */
export function pipeCalls(exports: Exports): Calls {
  const pipe = exports['pipe'] as (size: number) => Promise<number>;
  return { call: async () => check(await pipe(megabyte), megabyte) };
}

function check(actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`the guest answered ${actual} instead of ${expected}`);
}
