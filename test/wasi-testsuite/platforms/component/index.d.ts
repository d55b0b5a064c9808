/** Stands for the bundled component that the runner puts beside the Worker's main module. */
import type { BundledComponent } from '../../../../src/core/engine/engine.ts';

declare const component: BundledComponent;
export default component;
