import { expect, test } from 'vitest';
import type { Instance } from '../../src/core/engine/engine.ts';
import { fromGuestStream } from '../../src/core/engine/streams.ts';
import { until } from '../lib/until.ts';
import type { Links } from './linking.suite.ts';

interface Steps {
  take(stream: unknown): void;
  make(): unknown;
  read(count: number): number;
  write(count: number): number;
  cancelRead(): number;
  cancelWrite(): number;
  takeLater(future: unknown): void;
  makeLater(): unknown;
  readLater(): number;
  writeLater(): number;
  cancelLater(): number;
  /** Of the stream read, the stream written, the future read, the future written. */
  outcome(end: number): number;
  unitsInSet(): number;
}

const blocked = -1;
const completed = (count: number): number => count << 4;
const dropped = (count: number): number => (count << 4) | 1;
const cancelled = 2;

/** What guests see of streams and futures that others hold, at each step. */
export function stepCases({ instantiate }: Links): void {
  const stepsOf = async (): Promise<Steps> => ((await instantiate('link-steps')) as Instance).exports as unknown as Steps;
  const outcome = async (steps: Steps, which: number): Promise<number> => {
    let answer = blocked;
    await until(() => (answer = steps.outcome(which)) !== blocked, 'the operation ends');
    return answer;
  };
  /** What a step came to, now or later. */
  const end = async (steps: Steps, which: number, status: number): Promise<number> => (status === blocked ? outcome(steps, which) : status);
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  };

  test('a read of nothing waits until the host has something', async () => {
    const steps = await stepsOf();
    const gate = Promise.withResolvers<void>();
    async function* source(): AsyncGenerator<Uint8Array> {
      await gate.promise;
      yield Uint8Array.of(1, 2, 3);
    }
    steps.take(source());
    expect(steps.read(0)).toBe(blocked);
    await turns();
    expect(steps.outcome(0)).toBe(blocked);
    gate.resolve();
    expect(await outcome(steps, 0)).toBe(completed(0));
    expect(steps.read(2)).toBe(completed(2));
    expect(steps.read(0)).toBe(completed(0));
    expect(steps.read(2)).toBe(completed(1));
    expect(steps.read(0)).toBe(blocked);
    expect(await outcome(steps, 0)).toBe(dropped(0));
  });

  test('of an array the end is known with the last elements', async () => {
    const steps = await stepsOf();
    steps.take(Uint8Array.of(1, 2, 3));
    expect(steps.read(2)).toBe(completed(2));
    expect(steps.read(2)).toBe(dropped(1));
    const others = await stepsOf();
    others.take([]);
    expect(others.read(2)).toBe(dropped(0));
  });

  test('an array of numbers may hold rows of them', async () => {
    const steps = await stepsOf();
    steps.take([Uint8Array.of(1, 2), Uint8Array.of(3)]);
    expect(await end(steps, 0, steps.read(8))).toBe(completed(2));
    expect(await end(steps, 0, steps.read(8))).toBe(completed(1));
    expect(await end(steps, 0, steps.read(8))).toBe(dropped(0));
  });

  test("of another component's stream nothing is taken but what is read", async () => {
    const [writer, reader] = [await stepsOf(), await stepsOf()];
    reader.take(writer.make());
    expect(writer.write(4)).toBe(blocked);
    await turns();
    expect(writer.cancelWrite()).toBe(cancelled);
    expect(writer.write(3)).toBe(blocked);
    expect(await end(reader, 0, reader.read(2))).toBe(completed(2));
    expect(writer.outcome(1)).toBe(completed(2));
  });

  test("a read of another component's stream that is cancelled takes nothing", async () => {
    const [writer, reader] = [await stepsOf(), await stepsOf()];
    reader.take(writer.make());
    expect(reader.read(5)).toBe(blocked);
    expect(reader.cancelRead()).toBe(cancelled);
    await turns();
    expect(writer.write(5)).toBe(blocked);
    await turns();
    expect(writer.outcome(1)).toBe(blocked);
    expect(await end(reader, 0, reader.read(8))).toBe(completed(5));
    expect(writer.outcome(1)).toBe(completed(5));
  });

  test('writes and reads of nothing meet in different components', async () => {
    const [writer, reader] = [await stepsOf(), await stepsOf()];
    reader.take(writer.make());
    expect(reader.read(0)).toBe(blocked);
    expect(writer.write(0)).toBe(completed(0));
    expect(writer.write(2)).toBe(blocked);
    expect(await outcome(reader, 0)).toBe(completed(0));
    expect(writer.outcome(1)).toBe(blocked);
    expect(await end(reader, 0, reader.read(2))).toBe(completed(2));
  });

  test("a read of another component's future that is cancelled takes nothing", async () => {
    const [writer, reader] = [await stepsOf(), await stepsOf()];
    reader.takeLater(writer.makeLater());
    expect(reader.readLater()).toBe(blocked);
    expect(reader.cancelLater()).toBe(cancelled);
    await turns();
    expect(writer.writeLater()).toBe(blocked);
    await turns();
    expect(writer.outcome(3)).toBe(blocked);
    expect(await end(reader, 2, reader.readLater())).toBe(completed(0));
    expect(writer.outcome(3)).toBe(completed(0));
  });

  test("the host's read that is given up takes nothing", async () => {
    const writer = await stepsOf();
    const stream = fromGuestStream(writer.make());
    const reading = stream.read(10);
    expect(writer.write(3)).toBe(completed(3));
    expect(await reading).toHaveLength(3);
    stream.cancel();
    expect(writer.write(3)).toBe(dropped(0));
  });

  test('a stream of nothing may be given up within a set, as some toolchains do', async () => {
    expect((await stepsOf()).unitsInSet()).toBe(cancelled);
  });
}
