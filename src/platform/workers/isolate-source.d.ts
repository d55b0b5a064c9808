/** Stands for the text of `isolate.ts` with all it imports, which the package's build makes. */
declare const source: string;
export default source;
