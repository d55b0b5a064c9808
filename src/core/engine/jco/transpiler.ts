/** The part of jco's transpiler that is used: bytes to files, nothing from disk. */
export interface Transpiler {
  readonly $init: Promise<void>;
  generate(component: Uint8Array, options: TranspileOptions): { files: [string, Uint8Array][] };
}

/** The options of {@link Transpiler.generate} that are set. */
export interface TranspileOptions {
  name: string;
  map: [string, string][];
  instantiation: { tag: 'async' };
  asyncMode: { tag: 'jspi'; val: { imports: string[]; exports: string[] } };
  noTypescript: boolean;
  noNodejsCompat: boolean;
  noComponentErrorWrapping: boolean;
  base64Cutoff: number;
}

/** How the transpiler comes: a chunk of its own, loaded when the first component is prepared. */
export type LoadTranspiler = () => Promise<Transpiler>;

/** The transpiler from its package, for environments that fetch and compile at run time. */
export const loadTranspiler: LoadTranspiler = () => import('@bytecodealliance/jco-transpile/component') as Promise<Transpiler>;
