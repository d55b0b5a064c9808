import { ValueError } from '../../src/core/engine/abi/value-error.ts';
import { Trap } from '../../src/core/engine/trap.ts';
import { WitError } from '../../src/core/engine/values.ts';
import { HostlingError } from '../../src/core/errors.ts';
import { Refusal } from './stand-ins.ts';

/** How far a damaged component came. */
export const phases = ['inspect', 'prepare', 'load', 'instantiate', 'call', 'serve'] as const;
export type Phase = (typeof phases)[number];

/** What a failure was that nobody meant to happen. */
export class Unmeant extends Error {}

/** What else the engine says to a program that does what it must not. */
const misuse = /^(?:the resource \S* has no constructor|a read of this stream is under way|the future was dropped, given away or read before)$/;

/**
 * Whether an error says what is wrong with the component, what a guest did, or what the stand-ins did; and what caused it too: a defect that is wrapped into
 * a good error is still one.
 */
export function isMeant(failure: unknown, phase: Phase): boolean {
  if (failure instanceof HostlingError) return failure.code !== 'internal' && (failure.cause === undefined || isCause(failure.cause, phase));
  if (phase === 'inspect' || phase === 'prepare' || phase === 'load') return false;
  return failure instanceof WitError || isCause(failure, phase);
}

function isCause(failure: unknown, phase: Phase): boolean {
  if (failure instanceof HostlingError) return isMeant(failure, phase);
  const name = failure instanceof Error ? failure.name : String(failure);
  if (name === 'CompileError') return phase === 'load' || phase === 'serve';
  if (name === 'LinkError' || name === 'RuntimeError' || name === '[object WebAssembly.Exception]') return true;
  if (failure instanceof Trap || failure instanceof ValueError) return failure.cause === undefined || isCause(failure.cause, phase);
  if (failure instanceof Refusal) return true;
  // A guest that calls itself without end comes to the end of the stack.
  if (failure instanceof RangeError) return failure.message === 'Maximum call stack size exceeded';
  return failure instanceof Error && misuse.test(failure.message);
}

/** @returns what it is, where it was thrown, and what caused it */
export function describe(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const where = String(failure.stack)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 4);
  const cause = failure.cause === undefined ? '' : `\ncaused by ${describe(failure.cause)}`;
  return `${failure.constructor.name}: ${failure.message}\n${where.join('\n')}${cause}`;
}
