import type { Component, Imports, Instance, InstanceOptions } from '../engine/engine.ts';
import { Faults } from '../faults.ts';
import type { InterfaceImpl } from '../wasi/interface.ts';
import type { InstanceScope } from '../wasi/scope.ts';

/** An instance whose imports are served: what serves them holds on by a scope. */
export interface BoundInstance extends Omit<Instance, 'restore'> {
  /** Like {@link Instance.restore}, with what serves the imports of another scope. */
  restore?(scope: InstanceScope): boolean;
}

/** A component with all that its imports need: instances of it can be made. */
export interface BoundComponent {
  instantiate(scope: InstanceScope): Promise<BoundInstance>;
}

/** A component of a workload. */
export interface Member {
  readonly component: Component;
  readonly instanceOptions: InstanceOptions;
  /** What the host serves. */
  readonly importsFor: (scope: InstanceScope) => Imports;
  /** What other members export, by the name of the import. No member can be reached from itself. */
  readonly siblings: ReadonlyMap<string, Member>;
}

/**
 * A member with all that it imports. Each instance of it has instances of those it imports from for itself, which live and end with it: one of each, also
 * where several import from the same.
 */
export function bind(member: Member): BoundComponent {
  const members = companyOf(member);
  return {
    async instantiate(scope) {
      const made = new Map<Member, Instance>();
      try {
        for (const one of members) made.set(one, await one.component.instantiate(importsOf(one, scope, made), one.instanceOptions));
      } catch (failure) {
        for (const instance of made.values()) instance.dispose(failure);
        throw failure;
      }
      return together(member, made);
    },
  };
}

/** A member and all that have to be there with it, each behind those it imports from itself. */
export function companyOf(member: Member, found: Set<Member> = new Set()): readonly Member[] {
  if (found.has(member)) return [];
  for (const sibling of member.siblings.values()) companyOf(sibling, found);
  found.add(member);
  return [...found];
}

function importsOf({ importsFor, siblings }: Member, scope: InstanceScope, made: ReadonlyMap<Member, Instance>): Imports {
  if (siblings.size === 0) return importsFor(scope);
  const imports: Record<string, InterfaceImpl> = { ...importsFor(scope) };
  for (const [name, sibling] of siblings) imports[name] = made.get(sibling)?.exports[name] as InterfaceImpl;
  return imports;
}

/** Instances that live together, as the one that is called. */
function together(member: Member, made: ReadonlyMap<Member, Instance>): BoundInstance {
  const own = made.get(member) as Instance;
  const all = [...made];
  if (all.length === 1) {
    const { restore, ...rest } = own;
    return restore === undefined ? rest : { ...rest, restore: (scope) => restore(member.importsFor(scope)) };
  }
  const instances = all.map(([, instance]) => instance);
  const faults = new Faults();
  for (const instance of instances) instance.onFault((reason) => faults.fail(reason));
  const canRestore = instances.every(({ restore }) => restore !== undefined);
  const canTellIdle = instances.every(({ idle }) => idle !== undefined);
  return {
    exports: own.exports,
    onFault: (listener) => faults.listen(listener),
    ...(canRestore && { restore: (scope: InstanceScope) => all.every(([one, instance]) => instance.restore?.(importsOf(one, scope, made))) }),
    ...(canTellIdle && { idle: async () => void (await Promise.all(instances.map((instance) => instance.idle?.()))) }),
    dispose: (reason) => {
      for (const instance of instances.toReversed()) instance.dispose(reason);
    },
  };
}
