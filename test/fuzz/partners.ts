import type { Component, Engine, Imports, Instance } from '../../src/core/engine/engine.ts';
import { inspect } from '../../src/core/engine/inspect.ts';
import type { Plan } from '../../src/core/engine/plan/plan.ts';
import type { CodeLoader } from '../../src/core/ports/code.ts';
import type { Random } from '../lib/random.ts';
import type { Original } from './corpus.ts';
import { StandIns } from './stand-ins.ts';

const ending = '-user';

interface Partner {
  readonly plan: Plan;
  readonly component: Component;
}

/** The components whole that others import: `link-things` is for `link-things-user`. */
export class Partners {
  readonly #load: (name: string) => Promise<Partner> | undefined;
  readonly #loaded = new Map<string, Promise<Partner>>();

  constructor(corpus: readonly Original[], engine: Engine, code: CodeLoader) {
    this.#load = (name) => {
      const bytes = corpus.find((item) => item.name === name)?.bytes;
      if (bytes === undefined) return undefined;
      const load = async (): Promise<Partner> => {
        const artifact = await engine.prepare(bytes, inspect(bytes), '', () => false);
        return { plan: (JSON.parse(artifact.source) as { plan: Plan }).plan, component: await engine.load(artifact, code) };
      };
      const loaded = this.#loaded.get(name) ?? load();
      this.#loaded.set(name, loaded);
      return loaded;
    };
  }

  /** An instance for a copy of this component, and what the copy may import of it. */
  async for({ name }: Original, random: Random): Promise<{ imports: Imports; instance: Instance } | undefined> {
    const partner = name.endsWith(ending) ? await this.#load(name.slice(0, -ending.length)) : undefined;
    if (partner === undefined) return undefined;
    const { plan, component } = partner;
    const instance = await component.instantiate(new StandIns(plan, random).imports());
    const doubler = (await this.#load('link-doubler'))?.component;
    return { instance, imports: { ...instance.exports, 'the-answer': instance.exports['theAnswer'], doubler } as unknown as Imports };
  }
}
