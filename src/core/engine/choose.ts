import { HostlingError } from '../errors.ts';
import { createComponentEngine } from './component-engine.ts';
import type { BundledComponent, Engine } from './engine.ts';
import type { Limits } from './limits.ts';
import { createJcoEngine } from './jco/engine.ts';
import type { LoadTranspiler } from './jco/transpiler.ts';
import type { NextTurn } from './runtime/store.ts';

const names = ['hostling', 'jco'] as const;

/** `hostling`: the engine that executes plans. `jco`: the one that generates JavaScript with jco's transpiler. */
export type EngineName = (typeof names)[number];

/**
 * The engine of that name; bundled components run on whichever prepared them.
 * @throws HostlingError `option-invalid` when there is none
 */
export function chooseEngine(name: EngineName, nextTurn: NextTurn, loadTranspiler: LoadTranspiler): Engine {
  if (!names.includes(name)) throw new HostlingError('option-invalid', `there is no engine named ${String(name)}; there are ${names.join(' and ')}`);
  const own = createComponentEngine(nextTurn);
  const jco = createJcoEngine({ loadTranspiler, nextTurn });
  const chosen = name === 'jco' ? jco : own;
  return Object.freeze({
    ...chosen,
    adopt: (bundle: BundledComponent, limits?: Partial<Limits>) => (bundle.engine === jco.id ? jco : own).adopt(bundle, limits),
  });
}
