/** hostling in workerd: a Worker for each component, with the component bundled into it. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { bundleComponent } from '../../../src/platform/node/index.ts';
import { orGiveUp, type TestPlatform } from './platform.ts';

/** Builds the Worker that all tests share. */
export async function createWorkerd(): Promise<TestPlatform> {
  const script = await buildWorker();
  return {
    async test({ wasm }, trial) {
      const { files } = await bundleComponent(await readFile(wasm));
      const component = Object.entries(files)
        .filter(([name]) => /\.(?:js|wasm)$/.test(name))
        .map(([name, contents]) => ({ type: name.endsWith('.wasm') ? ('CompiledWasm' as const) : ('ESModule' as const), path: `component/${name}`, contents }));
      const worker = new Miniflare({
        ...convertV4MiniflareOptions({ modules: [{ type: 'ESModule', path: 'worker.js', contents: script }, ...component], compatibilityDate: '2026-08-01', cf: false }),
      });
      try {
        const answer = worker.dispatchFetch('http://worker/', { method: 'POST', body: JSON.stringify(trial) }).then(async (response) => {
          if (!response.ok) return `the Worker failed: ${await response.text()}`;
          const { why } = (await response.json()) as { why?: string };
          return why;
        });
        return await orGiveUp(answer, async () => {});
      } finally {
        await worker.dispose();
      }
    },
    async close() {},
  };
}

async function buildWorker(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('workerd-worker.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'esnext',
    conditions: ['workerd'],
    external: ['./component/index.js', 'cloudflare:*'],
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
