import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const workers = join(root, 'dist/platform/workers');
const vendor = join(root, 'node_modules/@bytecodealliance/jco-transpile/vendor');

/**
 * Makes what only Workers need: the transpiler with its core modules as imports, because Workers compile none at run time, and the text of
 * the isolate that dynamic Workers run.
 */
export async function buildWorkers(): Promise<void> {
  await Promise.all([buildTranspiler(join(workers, 'transpiler')), buildIsolate()]);
}

async function buildTranspiler(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: { index: join(vendor, 'js-component-bindgen-component.js') },
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'esnext',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['./*.wasm', 'node:*'],
    plugins: [importedModules(folder)],
    logLevel: 'error',
  });
}

/** Turns the modules that the transpiler fetches or has written into its source into imported ones, kept beside it. */
function importedModules(folder: string): Plugin {
  return {
    name: 'imported-modules',
    setup(bundle) {
      bundle.onLoad({ filter: /js-component-bindgen-component\.js$/ }, async ({ path }) => {
        const imports: string[] = [];
        const files: [string, Uint8Array][] = [];
        const add = (name: string, bytes: Uint8Array): string => {
          const local = `wasm${imports.length}`;
          imports.push(`import ${local} from './${name}';`);
          files.push([name, bytes]);
          return `Promise.resolve(${local})`;
        };
        const source = await readFile(path, 'utf8');
        const fetched = [...source.matchAll(/fetchCompile\(new URL\('\.\/([^']+)', import\.meta\.url\)\)/g)];
        const bytes = new Map(await Promise.all(fetched.map(async ([, name = '']) => [name, await readFile(join(vendor, name))] as const)));
        const contents = source
          .replace(/fetchCompile\(new URL\('\.\/([^']+)', import\.meta\.url\)\)/g, (_call, name: string) => add(name, bytes.get(name) ?? new Uint8Array()))
          .replace(/= base64Compile\('([^']+)'\)/g, (_call, text: string) => `= ${add(`inline${imports.length}.wasm`, Buffer.from(text, 'base64'))}`)
          .replace(/async function fetchCompile \(url\) \{[\s\S]*?\n\}/, '');
        await Promise.all(files.map(([name, content]) => writeFile(join(folder, name), content)));
        return { contents: `${imports.join('\n')}\n${contents}`, loader: 'js' };
      });
    },
  };
}

async function buildIsolate(): Promise<void> {
  const result = await build({
    entryPoints: [join(workers, 'isolate.js')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'esnext',
    external: ['cloudflare:*', './component/index.js'],
    logLevel: 'error',
  });
  const text = result.outputFiles[0]?.text ?? '';
  await writeFile(join(workers, 'isolate-source.js'), `export default ${JSON.stringify(text)};\n`);
}
