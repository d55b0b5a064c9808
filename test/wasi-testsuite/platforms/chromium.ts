/** hostling in a page of Chromium: directories in memory, requests from within the page. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright';
import { chromiumFlags, chromiumPath } from '../../../scripts/lib/browser-places.ts';
import { buildTestPage } from '../../../scripts/lib/test-page.ts';
import type {} from './chromium-page.ts';
import { takeJspiScript } from '../../lib/jspi.ts';
import { orGiveUp, type Setting, type TestPlatform } from './platform.ts';

const types: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** Builds the page, serves it and opens it. */
export async function createChromium({ engine, jspi }: Setting): Promise<TestPlatform> {
  const built = await mkdtemp(join(tmpdir(), 'wasi-testsuite-page-'));
  await buildTestPage({ page: fileURLToPath(new URL('chromium-page.ts', import.meta.url)) }, built);
  /** The components that the page may load, by name. */
  const components = new Map<string, string>();
  const server = createServer(({ url = '/' }, response) => {
    if (url.startsWith('/?')) {
      response.setHeader('content-type', 'text/html').end('<!doctype html><script type="module" src="/page.js"></script>');
      return;
    }
    const name = basename(url);
    const file = createReadStream(components.get(name) ?? join(built, name));
    file.once('error', () => response.writeHead(404).end());
    response.setHeader('content-type', types[extname(name)] ?? 'text/plain');
    file.pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumFlags] });
  let page: Page | undefined;
  const open = async (): Promise<Page> => {
    const opened = await browser.newPage();
    opened.on('pageerror', (failure) => process.stderr.write(`the page threw: ${failure.message}\n`));
    if (!jspi) await opened.addInitScript(takeJspiScript);
    await opened.goto(`${address}?engine=${engine}`);
    await opened.waitForFunction(() => 'testComponent' in globalThis);
    return opened;
  };

  return {
    async test({ wasm }, trial) {
      components.set(basename(wasm), wasm);
      const current = (page ??= await open());
      const answer = current.evaluate(async ([given, component]) => globalThis.testComponent(given, component), [
        trial,
        new URL(basename(wasm), address).href,
      ] as const);
      return orGiveUp(answer, async () => {
        page = undefined;
        await current.close();
      });
    },
    async close() {
      await browser.close();
      server.close();
      await rm(built, { recursive: true, force: true });
    },
  };
}
