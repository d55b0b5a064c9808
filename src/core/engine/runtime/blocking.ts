import type { FlatType } from '../abi/context.ts';
import type { Suspends } from '../engine.ts';
import type { LiftDef, Plan, Trampoline } from '../plan/plan.ts';
import type { Signature } from './adapters.ts';
import type { Signatures } from './signatures.ts';

/** Which of a plan's functions may have to wait on a stack. */
export interface Blocking {
  /** Whether all that they can wait for is standard output. */
  readonly outputOnly: boolean;
  /** The trampolines that may wait, in the order of the blocking module's exports. */
  readonly trampolines: readonly { readonly index: number; readonly signature: Signature }[];
  /** The lifts whose core code may reach one, in the order of the entry module's exports; each has a second export for its callback. */
  readonly entries: readonly { readonly lift: number; readonly callback: boolean; readonly signature: Signature }[];
}

const i32 = (count: number): FlatType[] => Array.from({ length: count }, () => 'i32');

/**
 * A trampoline may wait if its operation can; core code of an instance may wait if one of its trampolines may. Everything else is called plainly
 * and needs no support for suspending.
 */
export function findBlocking(plan: Plan, signatures: Signatures, suspends: Suspends): Blocking {
  const waits = new Set<number>();
  const instances = new Set<number>();
  let grown = true;
  // What one instance may wait for depends on the instances it calls.
  while (grown) {
    grown = false;
    plan.trampolines.forEach((trampoline, index) => {
      if (waits.has(index) || !mayWait(plan, trampoline, suspends, instances)) return;
      waits.add(index);
      instances.add(trampoline.instance);
      grown = true;
    });
  }
  const trampolines = [...waits].map((index) => ({ index, signature: trampolineSignature(plan.trampolines[index] as Trampoline, signatures) }));
  const entries = plan.lifts.flatMap((lift, index) => (instances.has(lift.instance) ? entriesOf(lift, index, signatures) : []));
  const outputOnly = suspends.outputOnly?.(plan.interface) === true && [...waits].every((index) => isSyncImport(plan, plan.trampolines[index] as Trampoline));
  return { outputOnly, trampolines, entries };
}

/** Whether a trampoline calls a synchronous function of the host: others wait for guests. */
function isSyncImport(plan: Plan, trampoline: Trampoline): boolean {
  return trampoline.kind === 'lower' && trampoline.callee.kind === 'import' && plan.functions[trampoline.type]?.async !== true;
}

function mayWait(plan: Plan, trampoline: Trampoline, suspends: Suspends, instances: ReadonlySet<number>): boolean {
  switch (trampoline.kind) {
    case 'lower': {
      if (trampoline.options.async) return false;
      if (plan.functions[trampoline.type]?.async === true) return true;
      const { callee } = trampoline;
      if (callee.kind === 'lift') return instances.has(plan.lifts[callee.index]?.instance ?? -1);
      const def = plan.imports[callee.index];
      return def !== undefined && suspends(def.from ?? def.name, def.name);
    }
    case 'waitable-set.wait':
    case 'thread.yield':
      return true;
    case 'subtask.cancel':
      return (
        !trampoline.async &&
        plan.trampolines.some(
          (other) => other.kind === 'lower' && other.instance === trampoline.instance && other.options.async && other.callee.kind === 'lift',
        )
      );
    case 'stream.read':
    case 'stream.write':
    case 'future.read':
    case 'future.write':
      return !trampoline.options.async;
    default:
      return false;
  }
}

function trampolineSignature(trampoline: Trampoline, signatures: Signatures): Signature {
  switch (trampoline.kind) {
    case 'lower':
      return signatures.lower(trampoline.type, trampoline.options.async, 'host');
    case 'thread.yield':
      return { params: [], results: ['i32'] };
    case 'subtask.cancel':
      return { params: i32(1), results: ['i32'] };
    case 'stream.read':
    case 'stream.write':
      return { params: i32(3), results: ['i32'] };
    default:
      return { params: i32(2), results: ['i32'] };
  }
}

function entriesOf(lift: LiftDef, index: number, signatures: Signatures): Blocking['entries'] {
  const { params, results } = signatures.lift(lift.type, 'host');
  const { options } = lift;
  const isAsync = options.async;
  const entry = { lift: index, callback: false, signature: { params, results: isAsync ? (options.callback === undefined ? [] : i32(1)) : results } };
  return options.callback === undefined ? [entry] : [entry, { lift: index, callback: true, signature: { params: i32(3), results: i32(1) } }];
}
