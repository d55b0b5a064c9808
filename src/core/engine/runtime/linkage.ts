import type { Codecs } from '../abi/codecs.ts';
import type { Memory } from '../abi/context.ts';
import type { CoreRef, Plan, ResourceIndex, TypeIndex } from '../plan/plan.ts';
import { HostlingError } from '../../errors.ts';
import { type StreamElements, streamElements } from './elements.ts';
import { type GuestResource, representation, type RuntimeResource } from './resources.ts';
import type { CoreFunction } from './trampoline.ts';

/** Core exports as WebAssembly gives them. */
export type CoreExports = Readonly<Record<string, unknown>>;

/** What one store's references point at. Core instances are made while the plan is executed, so they are looked up as late as possible. */
export class Linkage {
  readonly #plan: Plan;
  readonly #codecs: Codecs;
  readonly #core: CoreExports[] = [];
  readonly #trampoline: (index: number) => unknown;
  readonly #resources: readonly RuntimeResource[];
  readonly #memories = new Map<string, LinkedMemory>();
  readonly #elements: (StreamElements | undefined)[] = [];

  constructor(plan: Plan, codecs: Codecs, resources: readonly RuntimeResource[], trampoline: (index: number) => unknown) {
    this.#plan = plan;
    this.#codecs = codecs;
    this.#resources = resources;
    this.#trampoline = trampoline;
  }

  addCore(exports: CoreExports): void {
    this.#core.push(exports);
  }

  /** What a reference stands for; the core instance it names must have been made. */
  core(ref: CoreRef): unknown {
    if (ref.kind === 'trampoline') return this.#trampoline(ref.index);
    const value = this.#core[ref.instance]?.[ref.name];
    if (value === undefined) throw new HostlingError('instantiate-failed', `core instance ${ref.instance} has no export ${ref.name} yet`);
    return value;
  }
  function(ref: CoreRef): CoreFunction {
    return this.core(ref) as CoreFunction;
  }
  realloc(ref: CoreRef): (old: number, oldSize: number, align: number, size: number) => number {
    return this.core(ref) as (old: number, oldSize: number, align: number, size: number) => number;
  }
  memory(ref: CoreRef): Memory {
    const key = ref.kind === 'export' ? `${ref.instance}.${ref.name}` : '';
    const known = this.#memories.get(key);
    if (known !== undefined) return known;
    const memory = new LinkedMemory(() => this.core(ref) as WebAssembly.Memory);
    this.#memories.set(key, memory);
    return memory;
  }

  resource(index: ResourceIndex): RuntimeResource {
    const resource = this.#resources[index];
    if (resource === undefined) throw new HostlingError('internal', `resource ${index} is not in the plan`);
    return resource;
  }

  /** How the elements of a stream or future type move. */
  elements(type: TypeIndex): StreamElements {
    const known = this.#elements[type];
    if (known !== undefined) return known;
    const def = this.#plan.types[type];
    const element = def !== undefined && (def.kind === 'stream' || def.kind === 'future') ? def.element : undefined;
    const made = streamElements(
      element === undefined ? undefined : this.#plan.types[element]?.kind,
      element === undefined ? undefined : this.#codecs.elements(element),
    );
    this.#elements[type] = made;
    return made;
  }

  /** Marks the object of a guest's resource as given away. */
  consume(value: unknown): void {
    (value as GuestResource)[representation] = undefined;
  }
}

/** A memory whose views are made anew when it has grown. */
class LinkedMemory implements Memory {
  readonly #find: () => WebAssembly.Memory;
  #memory: WebAssembly.Memory | undefined;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor(find: () => WebAssembly.Memory) {
    this.#find = find;
  }
  /** Growing detaches the buffer, and its views with it: they have no bytes then. */
  #refresh(): void {
    const { buffer } = (this.#memory ??= this.#find());
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }
  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#bytes;
  }
  get view(): DataView {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#view;
  }
}
