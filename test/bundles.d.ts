import type { BundledComponent } from '../src/core/engine/engine.ts';

/** Built guests as `scripts/lib/bundles.ts` prepares them, each loaded when it is asked for. */
declare const bundles: Readonly<Record<string, () => Promise<{ default: BundledComponent }>>>;
export default bundles;
