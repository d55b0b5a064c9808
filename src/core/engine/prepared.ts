import { HostlingError } from '../errors.ts';
import type { ExposedState } from './core/expose.ts';
import type { Plan } from './plan/plan.ts';
import type { Blocking } from './runtime/blocking.ts';

/** Changes whenever artifacts made before can no longer be loaded. */
export const engineId: string = 'hostling-4';

/** What the artifact of this engine carries as its source. */
export interface Prepared {
  readonly plan: Plan;
  readonly blocking: Blocking;
  readonly states: readonly ExposedState[];
}

/** Refuses what another engine or version prepared. */
export function checkEngine(engine: string): void {
  if (engine !== engineId) throw new HostlingError('prepare-failed', `the component was prepared by ${engine}, this host has ${engineId}; prepare it again`);
}
