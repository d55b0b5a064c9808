import { messageOf } from '../core/errors.ts';
import type { Plan } from '../core/engine/plan/plan.ts';
import type { CommonOptions } from './options.ts';

/** What hostling's engine would execute, or why there is nothing. */
export type FoundPlan = { readonly plan: Plan } | { readonly noPlan: string };

/** Finds the plan of a component, or of what a module for WASI Preview 1 becomes. */
export async function findPlan(bytes: Uint8Array, { engine }: Pick<CommonOptions, 'engine'>): Promise<FoundPlan> {
  if (engine === 'jco') return { noPlan: "jco's engine generates JavaScript in its place" };
  const [{ compilePlan }, { adaptPreview1 }, { loadPreview1Tools }] = await Promise.all([
    import('../core/engine/plan/compile.ts'),
    import('../core/engine/jco/preview1.ts'),
    import('../platform/node/preview1.ts'),
  ]);
  try {
    return { plan: compilePlan(await adaptPreview1(bytes, loadPreview1Tools)) };
  } catch (failure) {
    return { noPlan: messageOf(failure) };
  }
}
