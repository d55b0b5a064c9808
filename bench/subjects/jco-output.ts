import type { Surroundings } from './subject.ts';

type Exports = Readonly<Record<string, unknown>>;

/** What lies in a folder of output that makes instances. */
export interface FreshOutput {
  instantiate(getCoreModule: (name: string) => WebAssembly.Module, imports: Exports): Promise<Exports>;
  /** Its core modules' files. */
  readonly modules: readonly string[];
  /** The shims it is linked with: what its interfaces' names begin and end with, and the implementations by name. */
  readonly shims: readonly (readonly [before: string, after: string, shim: Exports])[];
}

/** Loads output, compiles its core modules and answers what makes instances. */
export async function loadOutput<Output extends FreshOutput>(
  { name, load, read }: Surroundings,
  folder: string,
  given: Exports = {},
): Promise<{ output: Output; instantiate: () => Promise<Exports> }> {
  const output = await load<Output>(`${folder}/${name}.js`);
  const compiled = output.modules.map(async (file) => [file, await WebAssembly.compile((await read(`${folder}/${file}`)) as Uint8Array<ArrayBuffer>)] as const);
  const modules = new Map(await Promise.all(compiled));
  const imports: Record<string, unknown> = { ...given };
  for (const [before, after, shim] of output.shims) {
    for (const [interfaceName, implementation] of Object.entries(shim)) imports[before + kebabCase(interfaceName) + after] = implementation;
  }
  const getCoreModule = (file: string): WebAssembly.Module => {
    const module = modules.get(file);
    if (module === undefined) throw new Error(`the output asks for ${file}, which it did not come with`);
    return module;
  };
  return { output, instantiate: () => output.instantiate(getCoreModule, imports) };
}

function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
