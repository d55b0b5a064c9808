import type { CoreValue } from '../abi/context.ts';
import type { ReturnSignature } from '../abi/functions.ts';
import { pointersOf } from '../abi/pointers.ts';
import type { CanonOptions, CoreRef, FuncType, Trampoline } from '../plan/plan.ts';
import { trap } from '../trap.ts';
import { blocked } from './copy.ts';
import type { ComponentInstance } from './instance.ts';
import type { Linkage } from './linkage.ts';
import { dropResource, ResourceHandle, resourceAt } from './resources.ts';
import type { Side } from './side.ts';
import type { Audience } from './signatures.ts';
import { soon } from './soon.ts';
import { Subtask } from './subtask.ts';
import type { Task } from './task.ts';
import { type Builtin, Wait } from './trampoline.ts';
import { type EventTuple, noEvent, Waitable, WaitableSet } from './waitable.ts';

type Of<K extends Trampoline['kind']> = Trampoline & { readonly kind: K };

function currentTask(instance: ComponentInstance): Task {
  return instance.store.current ?? trap('no task is running');
}

/** `resource.new`, `resource.drop`, `resource.rep` */
export function resourceBuiltin(def: Of<'resource.new' | 'resource.drop' | 'resource.rep'>, instance: ComponentInstance, linkage: Linkage): Builtin {
  const resource = linkage.resource(def.resource);
  switch (def.kind) {
    case 'resource.new':
      return (rep) => {
        instance.checkLeave();
        return instance.handles.add(new ResourceHandle(resource, rep));
      };
    case 'resource.drop':
      return (handle) => {
        instance.checkLeave();
        dropResource(instance, resource, Number(handle) >>> 0);
        return undefined;
      };
    case 'resource.rep':
      return (handle) => resourceAt(instance, resource, Number(handle) >>> 0).rep as number;
  }
}

/** `task.return` */
export function taskReturn(
  instance: ComponentInstance,
  side: Side,
  signature: (audience: Audience) => ReturnSignature,
  matches: (task: Task) => boolean,
): Builtin {
  const known: Partial<Record<Audience, ReturnSignature>> = {};
  return (...flat) => {
    instance.checkLeave();
    const task = currentTask(instance);
    if (task.lift?.def.options.async !== true || task.resolved || !matches(task)) trap('invalid `task.return` signature and/or options for current task');
    task.return((known[task.audience] ??= signature(task.audience)).liftReturn(side, flat));
    return undefined;
  };
}

/** Whether a `task.return` fits the function that the task is a call of. */
export function fitsReturn(def: Of<'task.return'>, type: FuncType, options: CanonOptions, linkage: Linkage): boolean {
  if (def.result !== type.result || def.options.encoding !== options.encoding) return false;
  const memoryOf = (memory: CoreRef | undefined): unknown => (memory === undefined ? undefined : linkage.core(memory));
  // A result that needs no memory names none, though the parameters may.
  return def.options.memory === undefined || memoryOf(def.options.memory) === memoryOf(options.memory);
}

/** The built-ins without immediates that matter. */
export function simpleBuiltin(
  kind: Of<
    'task.cancel' | 'subtask.drop' | 'waitable-set.new' | 'waitable-set.drop' | 'waitable.join' | 'backpressure.inc' | 'backpressure.dec' | 'thread.yield'
  >['kind'],
  instance: ComponentInstance,
): Builtin {
  const { handles, store } = instance;
  switch (kind) {
    case 'task.cancel':
      return () => {
        instance.checkLeave();
        const task = currentTask(instance);
        if (task.lift?.def.options.async !== true) trap('`task.cancel` called by task which has not been cancelled');
        task.cancel();
        return undefined;
      };
    case 'subtask.drop':
      return (handle) => {
        instance.checkLeave();
        const subtask = subtaskAt(instance, handle);
        subtask.drop();
        handles.remove(Number(handle) >>> 0);
        return undefined;
      };
    case 'waitable-set.new':
      return () => {
        instance.checkLeave();
        return handles.add(new WaitableSet());
      };
    case 'waitable-set.drop':
      return (handle) => {
        instance.checkLeave();
        setAt(instance, handle).drop();
        handles.remove(Number(handle) >>> 0);
        return undefined;
      };
    case 'waitable.join':
      return (handle, set) => {
        instance.checkLeave();
        const waitable = handles.get(Number(handle) >>> 0);
        if (!(waitable instanceof Waitable)) return trap(`handle index ${handle} used with the wrong type, expected a waitable`);
        waitable.join(set === 0 ? undefined : setAt(instance, set));
        return undefined;
      };
    case 'backpressure.inc':
      return () => {
        instance.addBackpressure();
        return undefined;
      };
    case 'backpressure.dec':
      return () => {
        instance.removeBackpressure();
        return undefined;
      };
    case 'thread.yield':
      return () => {
        instance.checkLeave();
        const task = currentTask(instance);
        if (task.lift?.type.async === false) return 0;
        store.hostOperations++;
        const turn = new Promise<number>((resolve) => {
          store.afterOthers(() => {
            store.hostOperations--;
            resolve(0);
          });
        });
        return new Wait(turn, false);
      };
  }
}

function subtaskAt(instance: ComponentInstance, handle: CoreValue | undefined): Subtask {
  const entry = instance.handles.get(Number(handle) >>> 0);
  return entry instanceof Subtask ? entry : trap(`handle index ${handle} used with the wrong type, expected a subtask`);
}
function setAt(instance: ComponentInstance, handle: CoreValue | undefined): WaitableSet {
  const entry = instance.handles.get(Number(handle) >>> 0);
  return entry instanceof WaitableSet ? entry : trap(`handle index ${handle} used with the wrong type, expected a waitable set`);
}

/** Whether the task may wait on its stack: a call of a synchronous function may not. */
export function checkMayBlock(instance: ComponentInstance): void {
  const task = currentTask(instance);
  if (task.lift === undefined || !task.lift.type.async) trap('cannot block a synchronous task before returning');
}

/** A synchronous operation on nothing: who may not wait at all is told so, rather than that there is nothing to wait for. */
export function checkThere(isAsync: boolean, instance: ComponentInstance, handle: CoreValue | undefined): void {
  if (!isAsync && !instance.handles.has(Number(handle) >>> 0)) checkMayBlock(instance);
}

/** `subtask.cancel` */
export function subtaskCancel(isAsync: boolean, instance: ComponentInstance): Builtin {
  return (handle) => {
    instance.checkLeave();
    checkThere(isAsync, instance, handle);
    const subtask = subtaskAt(instance, handle);
    if (subtask.delivered || subtask.cancelRequested) trap('`subtask.cancel` called after terminal status delivered');
    if (subtask.set !== undefined) trap('waitable cannot be used synchronously while added to a waitable set');
    if (!subtask.resolved) {
      subtask.cancelRequested = true;
      subtask.requestCancel();
      if (!subtask.resolved) {
        if (isAsync) return blocked;
        checkMayBlock(instance);
        return new Wait(untilResolved(subtask), false);
      }
    }
    subtask.takeEvent();
    return subtask.state;
  };
}

async function untilResolved(subtask: Subtask): Promise<number> {
  do {
    await subtask.waitForEvent();
    subtask.takeEvent();
  } while (!subtask.resolved);
  return subtask.state;
}

/** `context.get`, `context.set` */
export function contextBuiltin(def: Of<'context.get' | 'context.set'>, instance: ComponentInstance): Builtin {
  const slot = def.slot as 0 | 1;
  const zero = def.type === 'i64' ? 0n : 0;
  if (def.kind === 'context.get') return () => currentTask(instance).context[slot] || zero;
  return (value) => {
    currentTask(instance).context[slot] = value as CoreValue;
    return undefined;
  };
}

/** `waitable-set.wait`, `waitable-set.poll` */
export function waitBuiltin({ kind, memory64 }: Of<'waitable-set.wait' | 'waitable-set.poll'>, instance: ComponentInstance, side: Side): Builtin {
  const { fromCore } = pointersOf(memory64);
  const deliver = (event: EventTuple, pointer: number): number => {
    if (pointer % 4 !== 0) trap('unaligned pointer');
    const { view } = side.memory;
    if (pointer + 8 > view.byteLength) trap('pointer out of bounds of memory');
    view.setUint32(pointer, event.index, true);
    view.setUint32(pointer + 4, event.payload, true);
    return event.code;
  };
  return (handle, target) => {
    instance.checkLeave();
    const set = setAt(instance, handle);
    const pointer = fromCore(target);
    const now = set.takeEvent();
    if (now !== undefined || kind === 'waitable-set.poll') return deliver(now ?? noEvent, pointer);
    checkMayBlock(instance);
    const event = new Promise<EventTuple>((resolve) => {
      let waiting = true;
      const take = (): void => {
        const arrived = waiting ? set.takeEvent() : undefined;
        if (arrived === undefined) return;
        waiting = false;
        set.removeWaiter(waiter);
        resolve(arrived);
      };
      // The event is taken when its turn comes: until then whoever brought it up may add to it.
      const waiter = { wake: () => soon(take) };
      set.addWaiter(waiter);
    });
    instance.store.settle();
    return new Wait(
      event.then((arrived) => deliver(arrived, pointer)),
      false,
    );
  };
}
