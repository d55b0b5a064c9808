import { camelCase, pascalCase } from '../../src/core/engine/names.ts';
import type { ExportDef, Plan, TypeIndex } from '../../src/core/engine/plan/plan.ts';
import { cancelOf } from '../../src/core/engine/values.ts';
import type { Random } from '../lib/random.ts';
import { Refusal, type StandIns, Unavailable } from './stand-ins.ts';

type Exports = Readonly<Record<string, unknown>>;
type Func = (...args: unknown[]) => unknown;

/** How much is read of a guest's stream. */
const mostChunks = 3;

/** Calls what a component exports, and uses what it gives. */
export class Visit {
  readonly failures: unknown[] = [];
  readonly #plan: Plan;
  readonly #standIns: StandIns;
  readonly #random: Random;

  constructor(plan: Plan, standIns: StandIns, random: Random) {
    this.#plan = plan;
    this.#standIns = standIns;
    this.#random = random;
  }

  /** Calls each function for which there are arguments, some of them cancelled; what the guest answers with is used. */
  async callAll(exports: Exports): Promise<void> {
    await Promise.all([...this.#calls(exports, this.#plan.exports)].map((run) => this.#note(run)));
  }
  async #note(run: () => unknown): Promise<void> {
    try {
      await run();
    } catch (failure) {
      if (!(failure instanceof Unavailable)) this.failures.push(failure);
    }
  }

  *#calls(exports: Exports, defs: Readonly<Record<string, ExportDef>>): Iterable<() => unknown> {
    for (const [name, def] of Object.entries(defs)) {
      if (def.kind === 'instance') yield* this.#calls(exports[name] as Exports, def.exports);
      if (def.kind !== 'func') continue;
      const { params = [], result } = this.#plan.functions[def.type] ?? {};
      yield async () => {
        const args = params.map(({ type }) => this.#standIns.value(type));
        const call = callable(exports, name, args);
        if (call === undefined) return;
        const answer = call();
        // Where the host's own function is exported again it may never answer, and fail as it likes.
        if (def.func.kind === 'import') {
          if (answer instanceof Promise) answer.catch(() => {});
          return;
        }
        if (answer instanceof Promise && this.#random.chance(0.1)) cancelOf(answer)?.(new Refusal('nobody wants it'));
        await this.#use(result, await answer);
      };
    }
  }

  /** Holds resources, reads streams and futures; a result's own case is not there any more, since it was the answer. */
  async #use(index: TypeIndex | undefined, value: unknown): Promise<void> {
    const type = index === undefined ? undefined : this.#plan.types[index];
    if (type?.kind === 'result') await this.#use(type.ok, value);
    else if (type?.kind === 'stream') await this.#read(value as AsyncIterable<unknown>);
    else if (type?.kind === 'future') await this.#await(value);
    else if (type?.kind === 'own') this.#hold(type.resource, value as Disposable);
    else if (type?.kind === 'tuple') for (const [at, item] of type.items.entries()) await this.#use(item, (value as unknown[])[at]);
    else if (type?.kind === 'list') for (const item of Array.from(value as ArrayLike<unknown>).slice(0, 3)) await this.#use(type.element, item);
    else if (type?.kind === 'record') for (const { name, type: field } of type.fields) await this.#use(field, (value as Exports)[camelCase(name)]);
  }
  async #read(stream: AsyncIterable<unknown>): Promise<void> {
    let left = this.#random.below(mostChunks);
    for await (const _item of stream) if (left-- === 0) break;
  }
  /** One that is a whole result has been awaited with it. */
  async #await(value: unknown): Promise<void> {
    const future = typeof value === 'object' && value !== null && Symbol.dispose in value ? (value as Disposable) : undefined;
    if (this.#random.chance(0.8)) await future;
    else future?.[Symbol.dispose]();
  }
  #hold(resource: number, object: Disposable): void {
    if (this.#plan.resources[resource]?.kind !== 'defined') return;
    if (this.#random.chance(0.2)) object[Symbol.dispose]();
    const { held } = this.#standIns;
    held.set(resource, [...(held.get(resource) ?? []), object]);
  }
}

/** A function of the exports by its name in WIT, wherever JavaScript has it. */
function callable(exports: Exports, name: string, args: readonly unknown[]): (() => unknown) | undefined {
  const [, kind, resource = '', member = ''] = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/.exec(name) ?? [];
  const owner = kind === undefined ? undefined : exports[pascalCase(resource)];
  const found = kind === undefined ? exports[camelCase(name)] : kind === 'static' ? (owner as Exports | undefined)?.[camelCase(member)] : owner;
  if (typeof found !== 'function') return undefined;
  if (kind === 'constructor') return () => new (found as new (...args: unknown[]) => object)(...args);
  if (kind !== 'method') return () => (found as Func)(...args);
  const [self, ...rest] = args;
  const method = (found.prototype as Exports)[camelCase(member)];
  return typeof method === 'function' && typeof self === 'object' && self !== null ? () => method.call(self, ...rest) as unknown : undefined;
}
