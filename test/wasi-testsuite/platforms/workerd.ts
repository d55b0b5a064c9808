/** hostling in workerd: a Worker for each component, with the component bundled into it. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { bundleComponent } from '../../../src/platform/node/index.ts';
import { takeJspiScript } from '../../lib/jspi.ts';
import { orGiveUp, type Setting, type TestPlatform } from './platform.ts';

/** Builds the Worker that all tests share. */
export async function createWorkerd({ engine, jspi }: Setting): Promise<TestPlatform> {
  const script = await buildWorker(jspi);
  let workerd: Miniflare | undefined;
  const start = async (component: Uint8Array): Promise<Miniflare> => {
    const options = workerOptions(script, (await bundleComponent(component, { engine })).files);
    if (workerd === undefined) return (workerd = new Miniflare(options));
    await workerd.setOptions(options);
    return workerd;
  };

  return {
    async test({ wasm }, trial) {
      const worker = await start(await readFile(wasm));
      const answer = worker.dispatchFetch('http://worker/', { method: 'POST', body: JSON.stringify(trial) }).then(async (response) => {
        if (!response.ok) return `the Worker failed: ${await response.text()}`;
        const { why } = (await response.json()) as { why?: string };
        return why;
      });
      return orGiveUp(answer, async () => {
        workerd = undefined;
        await worker.dispose();
      });
    },
    async close() {
      await workerd?.dispose();
    },
  };
}

function workerOptions(script: string, files: Readonly<Record<string, string | Uint8Array>>): ConstructorParameters<typeof Miniflare>[0] {
  const component = Object.entries(files).filter(([name]) => /\.(?:js|wasm)$/.test(name));
  return convertV4MiniflareOptions({
    modules: [
      { type: 'ESModule', path: 'worker.js', contents: script },
      ...component.map(([name, contents]) => ({
        type: name.endsWith('.wasm') ? ('CompiledWasm' as const) : ('ESModule' as const),
        path: `component/${name}`,
        contents,
      })),
    ],
    compatibilityDate: '2026-08-01',
    cf: false,
    // What workerd says of a server that cannot be reached is what some tests ask for.
    handleStructuredLogs() {},
  });
}

async function buildWorker(jspi: boolean): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('workerd-worker.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'esnext',
    conditions: ['workerd'],
    external: ['./component/index.js', 'cloudflare:*'],
    logLevel: 'error',
    ...(jspi ? {} : { banner: { js: takeJspiScript } }),
  });
  return outputFiles[0]?.text ?? '';
}
