import type { Memory } from '../abi/context.ts';
import type { CoreRef, Plan, ResourceIndex, TypeIndex } from '../plan/plan.ts';
import { HostlingError } from '../../errors.ts';
import { type StreamElements, streamElements } from './elements.ts';
import type { Places } from './places.ts';
import { type GuestResource, type RuntimeResource, takeRep } from './resources.ts';
import type { Signatures } from './signatures.ts';
import type { CoreFunction } from './trampoline.ts';

/** Core exports as WebAssembly gives them. */
export type CoreExports = Readonly<Record<string, unknown>>;

/** Allocates in a guest's memory. The number it gives may be signed. */
export type Realloc = (old: number, oldSize: number, align: number, size: number) => number;

/** What one store's references point at. Core instances are made while the plan is executed, so they are looked up as late as possible. */
export class Linkage {
  readonly #plan: Plan;
  readonly #signatures: Signatures;
  readonly #core: CoreExports[] = [];
  readonly #trampoline: (index: number) => unknown;
  readonly #resources: readonly RuntimeResource[];
  readonly #memories = new Map<string, LinkedMemory>();
  readonly #elements = new Map<number, StreamElements>();

  /** For messages. */
  readonly places: Places;

  constructor(plan: Plan, signatures: Signatures, resources: readonly RuntimeResource[], places: Places, trampoline: (index: number) => unknown) {
    this.#plan = plan;
    this.places = places;
    this.#signatures = signatures;
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
  /** A guest's allocator; `memory64` says that it takes and gives i64. */
  realloc(ref: CoreRef, memory64 = false): Realloc {
    const core = this.core(ref);
    if (!memory64) return core as Realloc;
    const wide = core as (old: bigint, oldSize: bigint, align: bigint, size: bigint) => bigint;
    return (old, oldSize, align, size) => Number(BigInt.asUintN(64, wide(BigInt(old), BigInt(oldSize), BigInt(align), BigInt(size))));
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

  /** How the elements of a stream or future type move, into and out of a memory that is indexed by i32 or by i64. */
  elements(type: TypeIndex, memory64 = false): StreamElements {
    const at = memory64 ? -1 - type : type;
    const known = this.#elements.get(at);
    if (known !== undefined) return known;
    const def = this.#plan.types[type];
    const element = def !== undefined && (def.kind === 'stream' || def.kind === 'future') ? def.element : undefined;
    const made = streamElements(
      element === undefined ? undefined : this.#plan.types[element]?.kind,
      element === undefined ? undefined : this.#signatures.codecs('host', memory64).elements(element),
    );
    this.#elements.set(at, made);
    return made;
  }

  /** Marks the object of a guest's resource as given away. */
  consume(value: unknown): void {
    takeRep(value as GuestResource);
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
