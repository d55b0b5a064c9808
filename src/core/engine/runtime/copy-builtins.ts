import type { CoreValue } from '../abi/context.ts';
import { pointersOf } from '../abi/pointers.ts';
import type { Trampoline } from '../plan/plan.ts';
import { trap } from '../trap.ts';
import { checkMayBlock, checkThere } from './builtins.ts';
import { blocked, type CopyEnd, CopyState, FutureEnd, SharedFuture, SharedStream, StreamEnd } from './copy.ts';
import { GuestBuffer } from './elements.ts';
import type { ComponentInstance } from './instance.ts';
import type { Linkage } from './linkage.ts';
import type { Side } from './side.ts';
import { type Answer, type Builtin, Wait } from './trampoline.ts';

type Of<K extends Trampoline['kind']> = Trampoline & { readonly kind: K };

/** `stream.new`, `future.new` */
export function newPair(kind: 'stream' | 'future', type: number, numeric: boolean, instance: ComponentInstance): Builtin {
  return () => {
    instance.checkLeave();
    let readable: StreamEnd | FutureEnd;
    let writable: StreamEnd | FutureEnd;
    if (kind === 'stream') {
      const shared = new SharedStream(numeric);
      readable = new StreamEnd(type, shared, 'read');
      writable = new StreamEnd(type, shared, 'write');
    } else {
      const shared = new SharedFuture(numeric);
      readable = new FutureEnd(type, shared, 'read');
      writable = new FutureEnd(type, shared, 'write');
    }
    const low = instance.addEnd(readable);
    const high = instance.addEnd(writable);
    return BigInt(low) | (BigInt(high) << 32n);
  };
}

function endAt<E extends StreamEnd | FutureEnd>(
  instance: ComponentInstance,
  kind: new (...args: never[]) => E,
  side: 'read' | 'write',
  type: number,
  handle: CoreValue | undefined,
): E {
  const end = instance.handles.get(Number(handle) >>> 0);
  if (end instanceof kind && end.side === side && end.type === type) return end;
  const what = kind === (StreamEnd as unknown) ? 'stream' : 'future';
  return trap(`handle index ${handle} used with the wrong type, expected the ${side === 'read' ? 'readable' : 'writable'} end of a ${what}`);
}

/** Says why no operation can begin on an end. */
function checkIdle(end: StreamEnd | FutureEnd, what: 'stream' | 'future'): void {
  if (end.state === CopyState.idle) return;
  if (end.state !== CopyState.done) trap('cannot have concurrent operations active on a future/stream');
  if (what === 'stream')
    trap(
      end.side === 'read'
        ? 'cannot read after being notified that the writable end dropped'
        : 'cannot write after being notified that the readable end dropped',
    );
  trap(
    end.side === 'read'
      ? 'cannot read from future after previous read succeeded'
      : 'cannot write to future after previous write succeeded or readable end dropped',
  );
}

/** Ends an operation that has begun: its result now, a wait for it, or {@link blocked}. */
function finish(end: CopyEnd, isAsync: boolean, instance: ComponentInstance): Answer {
  if (end.hasPendingEvent) return end.takeEvent().payload;
  if (isAsync) return blocked;
  checkMayBlock(instance);
  return new Wait(
    end.waitForEvent().then(() => end.takeEvent().payload),
    false,
  );
}

/** An answer of 32 bits as one of 64. */
function widened(answer: Answer): Answer {
  if (answer instanceof Wait)
    return new Wait(
      answer.result.then((value) => widened(value) as CoreValue),
      answer.freezes,
    );
  return BigInt(Number(answer) >>> 0);
}

/** `stream.read`, `stream.write` */
export function streamCopy(def: Of<'stream.read' | 'stream.write'>, instance: ComponentInstance, side: Side, linkage: Linkage): Builtin {
  const which = def.kind === 'stream.read' ? 'read' : 'write';
  const elements = linkage.elements(def.type, def.options.memory64);
  const { fromCore, flat } = pointersOf(def.options.memory64);
  const isAsync = def.options.async;
  return (handle, pointer, count) => {
    instance.checkLeave();
    checkThere(isAsync, instance, handle);
    const end = endAt(instance, StreamEnd, which, def.type, handle);
    checkIdle(end, 'stream');
    if (!isAsync && end.set !== undefined) trap('waitable cannot be used synchronously while added to a waitable set');
    end.begin(new GuestBuffer(instance, side, elements, fromCore(pointer), fromCore(count)));
    const answer = finish(end, isAsync, instance);
    return flat === 'i32' ? answer : widened(answer);
  };
}

/** `future.read`, `future.write` */
export function futureCopy(def: Of<'future.read' | 'future.write'>, instance: ComponentInstance, side: Side, linkage: Linkage): Builtin {
  const which = def.kind === 'future.read' ? 'read' : 'write';
  const elements = linkage.elements(def.type, def.options.memory64);
  const { fromCore } = pointersOf(def.options.memory64);
  const isAsync = def.options.async;
  return (handle, pointer) => {
    instance.checkLeave();
    checkThere(isAsync, instance, handle);
    const end = endAt(instance, FutureEnd, which, def.type, handle);
    checkIdle(end, 'future');
    if (!isAsync && end.set !== undefined) trap('waitable cannot be used synchronously while added to a waitable set');
    end.begin(new GuestBuffer(instance, side, elements, fromCore(pointer), 1));
    return finish(end, isAsync, instance);
  };
}

/** `stream.cancel-*`, `future.cancel-*` */
export function cancelCopy(
  def: Of<'stream.cancel-read' | 'stream.cancel-write' | 'future.cancel-read' | 'future.cancel-write'>,
  instance: ComponentInstance,
  linkage: Linkage,
): Builtin {
  const kind = def.kind.startsWith('stream') ? StreamEnd : FutureEnd;
  const which = def.kind.endsWith('read') ? 'read' : 'write';
  // Components of wit-bindgen before June 2026 wake their own tasks with a stream of nothing, and stop reading it while it is in a set. The specification has
  // forbidden that since; nothing waits there, so they go on.
  const wakes = def.kind === 'stream.cancel-read' && linkage.elements(def.type).elements === undefined;
  return (handle) => {
    instance.checkLeave();
    checkThere(def.async, instance, handle);
    const end = endAt<StreamEnd | FutureEnd>(instance, kind, which, def.type, handle);
    if (end.state !== CopyState.copying || end.hasSyncWaiter) trap('cannot cancel: no operation is under way');
    if (end.set !== undefined && !def.async && !wakes) trap('waitable cannot be used synchronously while added to a waitable set');
    end.cancel();
    return finish(end, def.async, instance);
  };
}

/** `stream.drop-*`, `future.drop-*` */
export function dropEnd(
  def: Of<'stream.drop-readable' | 'stream.drop-writable' | 'future.drop-readable' | 'future.drop-writable'>,
  instance: ComponentInstance,
): Builtin {
  const kind = def.kind.startsWith('stream') ? StreamEnd : FutureEnd;
  const which = def.kind.endsWith('readable') ? 'read' : 'write';
  return (handle) => {
    instance.checkLeave();
    const end = endAt<StreamEnd | FutureEnd>(instance, kind, which, def.type, handle);
    end.drop();
    instance.handles.remove(Number(handle) >>> 0);
    return undefined;
  };
}
