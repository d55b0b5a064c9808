import type { Engine, Imports, Instance } from '../../src/core/engine/engine.ts';
import { inspect } from '../../src/core/engine/inspect.ts';
import type { Plan } from '../../src/core/engine/plan/plan.ts';
import { HostlingError } from '../../src/core/errors.ts';
import type { CodeLoader } from '../../src/core/ports/code.ts';
import type { Random } from '../lib/random.ts';
import { describe, isMeant, type Phase, Unmeant } from './meant.ts';
import { StandIns } from './stand-ins.ts';
import { Visit } from './visit.ts';

/** What one instance may have, so that a guest that wants everything is told no. */
const mostMemory = 64 * 2 ** 20;
const limits = { handles: 10_000, callBytes: 2 ** 20, streamBytes: 2 ** 16, tasks: 1000 } as const;

/** What a copy is tried with. */
export interface Trial {
  readonly engine: Engine;
  readonly code: CodeLoader;
  readonly random: Random;
  /** What other components export, by the names that this one imports. */
  readonly partner: Imports;
  /** Hears of each phase that begins. */
  begin(phase: Phase): void;
}

/**
 * Takes a component through everything that the engine does with one, and calls each of its functions with what stands in for a host.
 * @returns the last phase that was begun, and how it ended
 * @throws Unmeant for any failure that is not a deliberate one
 */
export async function attempt(bytes: Uint8Array, { engine, code, random, partner, begin }: Trial): Promise<string> {
  let phase: Phase = 'inspect';
  const enter = (next: Phase): void => {
    phase = next;
    begin(next);
  };
  const faults: unknown[] = [];
  let instance: Instance | undefined;
  try {
    enter('inspect');
    const description = inspect(bytes);
    enter('prepare');
    const prepared = await engine.prepare(bytes, description, '', () => random.chance(0.5));
    const artifact = (await engine.limitMemory?.(prepared, mostMemory)) ?? prepared;
    enter('load');
    const component = await engine.load(artifact, code, limits);
    enter('instantiate');
    const { plan } = JSON.parse(artifact.source) as { plan: Plan };
    const standIns = new StandIns(plan, random);
    const imports = { ...standIns.imports(), ...partner };
    instance = await component.instantiate(imports);
    instance.onFault((reason) => faults.push(reason));
    enter('call');
    const failures = await callAll(instance, imports, new Visit(plan, standIns, random));
    const unmeant = [...failures, ...faults].find((failure) => !isMeant(failure, 'call'));
    if (unmeant !== undefined) throw unmeant;
    return failures.length === 0 ? 'call: all returned' : 'call: some failed';
  } catch (failure) {
    if (failure instanceof Unmeant) throw failure;
    if (!isMeant(failure, phase)) throw new Unmeant(`${phase}: ${describe(failure)}`, { cause: failure });
    return `${phase}: ${failure instanceof HostlingError ? failure.code : 'trap'}`;
  } finally {
    instance?.dispose();
  }
}

/**
 * Calls every export, twice, since the second time there are resources that the first gave; and again after a restore. After a few turns the instance is let
 * go: then all must have come to an end.
 */
async function callAll(instance: Instance, imports: Imports, visit: Visit): Promise<readonly unknown[]> {
  const all: Promise<void>[] = [];
  const call = async (): Promise<void> => {
    const calls = visit.callAll(instance.exports);
    all.push(calls);
    await Promise.race([calls, turns(5)]);
  };
  await call();
  await call();
  if (instance.restore?.(imports) === true) await call();
  instance.dispose();
  const end = Promise.all([...all, instance.idle?.()]).then(() => true);
  if (!(await Promise.race([end, turns(50).then(() => false)]))) throw new Unmeant('call: something does not end when the instance is let go');
  return visit.failures;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => void setImmediate(resolve));
}
