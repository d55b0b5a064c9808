/** Stands for the component that the loader puts beside the isolate's main module. */
import type { BundledComponent } from '../../../core/engine/engine.ts';

declare const component: BundledComponent;
export default component;
