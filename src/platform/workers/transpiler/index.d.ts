/** Stands for the transpiler that the package's build makes for Workers: its core modules are imported, since Workers compile none. */
import type { Transpiler } from '../../../core/engine/jco/transpiler.ts';

export const $init: Transpiler['$init'];
export const generate: Transpiler['generate'];
