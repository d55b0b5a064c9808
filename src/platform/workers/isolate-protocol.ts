import type { Failure } from '../../core/http/message.ts';

/** Carries a {@link Failure} from an isolate to its owner, as JSON in percent-encoding. */
export const failureHeader = 'x-hostling-failure';

/** How a command ended in an isolate. */
export type RunOutcome = { readonly exitCode: number } | { readonly failure: Failure };
