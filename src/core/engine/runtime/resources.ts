import { ValueError } from '../abi/value-error.ts';
import type { ResourceDef } from '../plan/plan.ts';
import { trap } from '../trap.ts';
import type { ComponentInstance } from './instance.ts';
import type { Task } from './task.ts';
import { toReason } from './reason.ts';

/** A resource type of one store: a class of the host, or a type that one of its components defines. */
export class RuntimeResource {
  readonly def: ResourceDef;
  readonly name: string;
  /** The instance that defines it; absent for the host's. */
  readonly owner: ComponentInstance | undefined;
  /** The host's class: values have to be instances of it. */
  hostClass: (new (...args: never[]) => object) | undefined;
  /** The class whose instances stand for it outside, when a component defines it. */
  guestClass: GuestResourceClass | undefined;
  /** Calls the destructor with a representation. */
  destroy: (rep: number) => void = () => {};

  constructor(def: ResourceDef, name: string, owner: ComponentInstance | undefined, hostClass: RuntimeResource['hostClass']) {
    this.def = def;
    this.name = name;
    this.owner = owner;
    this.hostClass = hostClass;
  }
}

/** A handle to a resource in a component's table. Its representation is the host's object, or the number its component gave. */
export class ResourceHandle {
  readonly resource: RuntimeResource;
  readonly rep: unknown;
  /** Absent: owned. Else the task that it was lent to. */
  readonly borrower: Task | undefined;
  /** How many calls it is lent to. */
  lends = 0;

  constructor(resource: RuntimeResource, rep: unknown, borrower?: Task) {
    this.resource = resource;
    this.rep = rep;
    this.borrower = borrower;
  }

  /** The instance that held it is gone: the host's object is let go; a component's own resource went with its memory. */
  abandon(): void {
    if (this.borrower === undefined && this.resource.owner === undefined) disposeHostObject(this.rep);
  }
}

/** Stands for a resource of a component outside of it. */
export interface GuestResource {
  [representation]: GuestRep | undefined;
  [Symbol.dispose](): void;
}

/** What a {@link GuestResource} holds. */
export interface GuestRep {
  readonly resource: RuntimeResource;
  readonly rep: number;
  readonly owned: boolean;
}

/** The key of a guest resource's representation; `undefined` there says that it was given away or dropped. */
export const representation: unique symbol = Symbol('representation');

export type GuestResourceClass = (new (...args: never[]) => object) & { readonly prototype: object };

/** Makes the object that stands for a guest's resource. */
export function wrapGuestResource(resource: RuntimeResource, rep: number, owned: boolean): GuestResource {
  if (owned && resource.owner !== undefined) resource.owner.store.outside++;
  const prototype = resource.guestClass?.prototype ?? anonymousPrototype;
  return Object.create(prototype, { [representation]: { value: { resource, rep, owned }, writable: true } }) as GuestResource;
}

/** Takes the representation out of an object that is given away or dropped. */
export function takeRep(object: GuestResource): GuestRep | undefined {
  const held = object[representation];
  object[representation] = undefined;
  if (held?.owned === true && held.resource.owner !== undefined) held.resource.owner.store.outside--;
  return held;
}

/** What every object of a guest's resource can do. */
export function disposeGuestResource(this: GuestResource): void {
  const held = takeRep(this);
  if (held?.owned !== true) return;
  try {
    held.resource.destroy(held.rep);
  } catch (thrown) {
    const reason = toReason(thrown);
    held.resource.owner?.store.poison(reason);
    throw reason;
  }
}

const anonymousPrototype: object = Object.freeze({ [Symbol.dispose]: disposeGuestResource });

/** The representation of a value that a component is given for one of its own, or another component's, resources. */
export function guestRepOf(resource: RuntimeResource, value: unknown): GuestRep {
  const held = typeof value === 'object' && value !== null && representation in value ? (value as GuestResource)[representation] : undefined;
  if (held === undefined || held.resource !== resource) throw new ValueError(`Resource error: Not a valid "${resource.name}" resource.`);
  return held;
}

/** Takes a handle out of a table to give it away. */
export function takeOwned(instance: ComponentInstance, resource: RuntimeResource, handle: number): unknown {
  const entry = resourceAt(instance, resource, handle);
  if (entry.borrower !== undefined) trap('cannot transfer ownership of a borrowed resource');
  if (entry.lends > 0) trap('cannot remove owned resource while borrowed');
  instance.handles.remove(handle);
  return entry.rep;
}

/** Looks a handle up. */
export function resourceAt(instance: ComponentInstance, resource: RuntimeResource, handle: number): ResourceHandle {
  const entry = instance.handles.get(handle);
  if (!(entry instanceof ResourceHandle)) return trap(`handle index ${handle} used with the wrong type, expected resource ${resource.name}`);
  if (entry.resource !== resource)
    return trap(
      `handle index ${handle} used with the wrong type, expected ${kindOf(resource)} but found a different ${kindOf(entry.resource)} (${resource.name}, ${entry.resource.name})`,
    );
  return entry;
}

function kindOf(resource: RuntimeResource): string {
  return resource.owner === undefined ? 'host-defined resource' : 'guest-defined resource';
}

/** `resource.drop` */
export function dropResource(instance: ComponentInstance, resource: RuntimeResource, handle: number): void {
  const entry = resourceAt(instance, resource, handle);
  if (entry.lends > 0) trap('cannot remove owned resource while borrowed');
  instance.handles.remove(handle);
  if (entry.borrower !== undefined) entry.borrower.borrows--;
  else if (resource.owner !== undefined) resource.destroy(entry.rep as number);
  else disposeHostObject(entry.rep);
}

function disposeHostObject(object: unknown): void {
  (object as Partial<Disposable>)[Symbol.dispose]?.();
}
