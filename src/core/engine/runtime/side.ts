import type { AbiContext, CoreValue, Memory } from '../abi/context.ts';
import type { LiftSignature } from '../abi/functions.ts';
import { ValueError } from '../abi/value-error.ts';
import type { CanonOptions, ResourceIndex, TypeIndex } from '../plan/plan.ts';
import { trap } from '../trap.ts';
import { CopyState, FutureEnd, StreamEnd } from './copy.ts';
import { errorContextAt, errorContextOf } from './error-context.ts';
import { futureOf, futureOfValue } from './host-futures.ts';
import { streamOf, streamOfValue } from './host-streams.ts';
import type { ComponentInstance } from './instance.ts';
import type { Linkage, Realloc } from './linkage.ts';
import { guestRepOf, ResourceHandle, resourceAt, takeOwned, wrapGuestResource } from './resources.ts';
import { Task } from './task.ts';

/** What a caller lends until its call is over; most lend nothing. */
export type Lenders = ResourceHandle[] | undefined;

/** One component instance's side of calls with one set of canonical options. (CanonicalABI, "Lifting and Lowering Context") */
export class Side implements AbiContext {
  readonly instance: ComponentInstance;
  readonly encoding: CanonOptions['encoding'];
  readonly memory: Memory;
  readonly most: number;
  left: number;
  readonly #linkage: Linkage;
  readonly #options: CanonOptions;
  #realloc: Realloc | undefined;
  /** Set while lowering into the component, which cannot be interrupted: handles that it borrows are this task's. */
  #borrower: Task | undefined;
  /** Whether what is lifted as borrowed counts as lent, until {@link releaseLenders}. A call that nothing can interrupt need not ask. */
  lends = false;
  #lenders: Lenders;
  #allocator: Task | undefined;

  constructor(instance: ComponentInstance, options: CanonOptions, linkage: Linkage) {
    this.instance = instance;
    this.encoding = options.encoding;
    this.most = instance.store.limits.callBytes;
    this.left = this.most;
    this.#options = options;
    this.#linkage = linkage;
    this.memory = options.memory === undefined ? noMemory : linkage.memory(options.memory);
  }

  where(): string {
    return this.#linkage.places.options(this.instance.index, this.#options);
  }

  /** Lowers arguments for a task of the component. */
  lowerFor(task: Task, signature: LiftSignature, args: readonly unknown[]): CoreValue[] {
    this.#borrower = task;
    const flat = signature.lowerParams(this, args);
    this.#borrower = undefined;
    return flat;
  }
  /** What was lent since this was asked last. */
  takeLenders(): Lenders {
    const lenders = this.#lenders;
    this.#lenders = undefined;
    return lenders;
  }

  realloc(old: number, oldSize: number, align: number, size: number): number {
    const allocate = (this.#realloc ??= this.#options.realloc === undefined ? noRealloc : this.#linkage.realloc(this.#options.realloc, this.#options.memory64));
    const { instance } = this;
    const { store } = instance;
    const before = store.current;
    // The allocator runs as if on a thread of its own: it must not see the caller's context.
    const allocator = (this.#allocator ??= new Task(instance));
    allocator.context[0] = 0;
    allocator.context[1] = 0;
    store.current = allocator;
    instance.mayLeave = false;
    const given = allocate(old, oldSize, align, size);
    instance.mayLeave = true;
    store.current = before;
    return given < 0 ? given >>> 0 : given;
  }

  liftOwn(index: ResourceIndex, handle: number): unknown {
    const resource = this.#linkage.resource(index);
    const rep = takeOwned(this.instance, resource, handle);
    return resource.owner === undefined ? rep : wrapGuestResource(resource, rep as number, true);
  }
  lowerOwn(index: ResourceIndex, value: unknown): number {
    const resource = this.#linkage.resource(index);
    if (resource.owner === undefined)
      return this.instance.handles.add(new ResourceHandle(resource, this.#hostObject(resource.name, resource.hostClass, value)));
    const held = guestRepOf(resource, value);
    if (!held.owned) throw new ValueError(`Resource error: "${resource.name}" is only borrowed and cannot be given away.`);
    this.#linkage.consume(value);
    return this.instance.handles.add(new ResourceHandle(resource, held.rep));
  }
  liftBorrow(index: ResourceIndex, handle: number): unknown {
    const resource = this.#linkage.resource(index);
    const entry = resourceAt(this.instance, resource, handle);
    if (this.lends) {
      entry.lends++;
      (this.#lenders ??= []).push(entry);
    }
    return resource.owner === undefined ? entry.rep : wrapGuestResource(resource, entry.rep as number, false);
  }
  lowerBorrow(index: ResourceIndex, value: unknown): number {
    const resource = this.#linkage.resource(index);
    const rep = resource.owner === undefined ? this.#hostObject(resource.name, resource.hostClass, value) : guestRepOf(resource, value).rep;
    // A component is given its own resources as they are.
    if (resource.owner === this.instance) return rep as number;
    const task = this.#borrower;
    if (task === undefined) return trap(`a borrowed ${resource.name} can only be a parameter`);
    task.borrows++;
    return this.instance.handles.add(new ResourceHandle(resource, rep, task));
  }
  #hostObject(name: string, hostClass: (new (...args: never[]) => object) | undefined, value: unknown): object {
    if (typeof value !== 'object' || value === null || (hostClass !== undefined && !(value instanceof hostClass))) {
      throw new ValueError(`Resource error: Not a valid "${name}" resource.`);
    }
    return value;
  }

  liftStream(type: TypeIndex, handle: number): unknown {
    const end = this.#readableEnd(StreamEnd, type, handle, 'stream');
    return streamOf(this.instance.store, type, end.shared, this.#linkage.elements(type));
  }
  liftFuture(type: TypeIndex, handle: number): unknown {
    const end = this.#readableEnd(FutureEnd, type, handle, 'future');
    return futureOf(this.instance.store, type, end.shared);
  }
  #readableEnd<E extends StreamEnd | FutureEnd>(kind: new (...args: never[]) => E, type: TypeIndex, handle: number, what: string): E {
    const end = this.instance.handles.get(handle);
    if (!(end instanceof kind) || end.side !== 'read' || end.type !== type)
      return trap(`handle index ${handle} used with the wrong type, expected the readable end of a ${what}`);
    if (end.state === CopyState.done)
      trap(
        end.doneBecause === 'completed'
          ? `cannot lift ${what} after previous read succeeded`
          : `cannot lift ${what} after being notified that the writable end dropped`,
      );
    if (end.state !== CopyState.idle) trap(`cannot lift ${what} while an operation on it is under way`);
    if (end.set !== undefined) trap(`cannot lift ${what} while it's in a waitable set`);
    this.instance.handles.remove(handle);
    return end;
  }
  lowerStream(type: TypeIndex, value: unknown): number {
    const shared = streamOfValue(this.instance.store, type, value, this.#linkage.elements(type).numeric);
    return this.instance.addEnd(new StreamEnd(type, shared, 'read'));
  }
  lowerFuture(type: TypeIndex, value: unknown): number {
    const shared = futureOfValue(this.instance.store, type, value, this.#linkage.elements(type).numeric);
    return this.instance.addEnd(new FutureEnd(type, shared, 'read'));
  }

  liftErrorContext(handle: number): unknown {
    return errorContextAt(this.instance, handle);
  }
  lowerErrorContext(value: unknown): number {
    return this.instance.handles.add(errorContextOf(value));
  }
}

const noMemory: Memory = {
  get bytes(): Uint8Array {
    return trap('a value needs memory, and the function has none');
  },
  get view(): DataView {
    return trap('a value needs memory, and the function has none');
  },
};
const noRealloc = (): number => trap('a value needs memory of the guest, and the function names no realloc');

/** Gives back what a call had been lent. */
export function releaseLenders(lenders: Lenders): void {
  if (lenders !== undefined) for (const handle of lenders) handle.lends--;
}
