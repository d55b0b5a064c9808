import { HostlingError } from '../../errors.ts';
import { showsLending } from '../plan/holds.ts';
import type { CanonOptions, FuncType, Plan, Trampoline } from '../plan/plan.ts';
import { trap } from '../trap.ts';
import { contextBuiltin, fitsReturn, resourceBuiltin, simpleBuiltin, subtaskCancel, taskReturn, waitBuiltin } from './builtins.ts';
import { cancelCopy, dropEnd, futureCopy, newPair, streamCopy } from './copy-builtins.ts';
import { debugMessage, dropErrorContext, newErrorContext } from './error-context.ts';
import type { ComponentInstance } from './instance.ts';
import type { BoundLift } from './lift.ts';
import type { Linkage } from './linkage.ts';
import { type HostSlot, lowerHostAsync, lowerHostSync, resultKind } from './lower.ts';
import { lowerGuestAsync, lowerGuestSync } from './lower-guest.ts';
import { Side } from './side.ts';
import type { Signatures } from './signatures.ts';
import type { Task } from './task.ts';
import type { Builtin } from './trampoline.ts';

/** What the engine's core functions are made of. */
export interface BuiltinParts {
  readonly plan: Plan;
  readonly signatures: Signatures;
  readonly linkage: Linkage;
  side(instance: ComponentInstance, options: CanonOptions): Side;
  lift(index: number): BoundLift;
  /** @param type of the function */
  host(index: number, type: FuncType): HostSlot;
}

/** The engine's core function that a trampoline stands for. */
export function makeBuiltin(def: Trampoline, instance: ComponentInstance, parts: BuiltinParts): Builtin {
  const { linkage, signatures } = parts;
  switch (def.kind) {
    case 'lower':
      return lower(def, instance, parts);
    case 'resource.new':
    case 'resource.drop':
    case 'resource.rep':
      return resourceBuiltin(def, instance, linkage);
    case 'task.return':
      return taskReturn(
        instance,
        parts.side(instance, def.options),
        (audience) => signatures.taskReturn(def.result, audience, def.options.memory64),
        fitting(def, linkage),
      );
    case 'subtask.cancel':
      return subtaskCancel(def.async, instance);
    case 'context.get':
    case 'context.set':
      return contextBuiltin(def, instance);
    case 'waitable-set.wait':
    case 'waitable-set.poll':
      return waitBuiltin(def, instance, new Side(instance, { encoding: 'utf8', async: false, memory: def.memory }, linkage));
    case 'stream.new':
      return newPair('stream', def.type, linkage.elements(def.type).numeric, instance);
    case 'future.new':
      return newPair('future', def.type, linkage.elements(def.type).numeric, instance);
    case 'stream.read':
    case 'stream.write':
      return streamCopy(def, instance, parts.side(instance, def.options), linkage);
    case 'future.read':
    case 'future.write':
      return futureCopy(def, instance, parts.side(instance, def.options), linkage);
    case 'stream.cancel-read':
    case 'stream.cancel-write':
    case 'future.cancel-read':
    case 'future.cancel-write':
      return cancelCopy(def, instance, linkage);
    case 'stream.drop-readable':
    case 'stream.drop-writable':
    case 'future.drop-readable':
    case 'future.drop-writable':
      return dropEnd(def, instance);
    case 'error-context.new':
      return newErrorContext(def.options, instance, parts.side(instance, def.options));
    case 'error-context.debug-message':
      return debugMessage(def.options, instance, parts.side(instance, def.options));
    case 'error-context.drop':
      return dropErrorContext(instance);
    case 'unsupported':
      return () => {
        instance.checkLeave();
        return trap(`${def.feature} is not supported by this engine`);
      };
    default:
      return simpleBuiltin(def.kind, instance);
  }
}

/** `canon lower` */
function lower(def: Extract<Trampoline, { kind: 'lower' }>, instance: ComponentInstance, parts: BuiltinParts): Builtin {
  const { callee, options } = def;
  const side = parts.side(instance, options);
  const signature = parts.signatures.lower(def.type, options.async, callee.kind === 'lift' ? 'guest' : 'host', options.memory64);
  if (callee.kind === 'lift') {
    const lift = (): BoundLift => parts.lift(callee.index);
    return options.async ? lowerGuestAsync(side, signature, lift) : lowerGuestSync(side, signature, lift);
  }
  const type = parts.plan.functions[def.type];
  if (type === undefined) throw new HostlingError('internal', `function type ${def.type} is not in the plan`);
  const kind = resultKind(parts.plan.types, type);
  const host = parts.host(callee.index, type);
  if (options.async) return lowerHostAsync(side, signature, host, kind);
  return lowerHostSync(side, signature, host, kind, !type.async, showsLending(parts.plan, def.type));
}

/** Whether a task may return with this `task.return`; most ask for one lift only, again and again. */
function fitting(def: Extract<Trampoline, { kind: 'task.return' }>, linkage: Linkage): (task: Task) => boolean {
  let known: BoundLift | undefined;
  return ({ lift }) => {
    if (lift === undefined) return false;
    if (lift === known) return true;
    if (!fitsReturn(def, lift.type, lift.def.options, linkage)) return false;
    known = lift;
    return true;
  };
}
