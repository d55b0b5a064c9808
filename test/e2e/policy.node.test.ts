import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeJspiScript } from '../lib/jspi.ts';
import { chromiumBrowser, firefoxBrowser } from './browsers.ts';
import type { Order, Report } from './strict-page/ask.ts';
import { serveStrictPage, type StrictServer } from './strict-page/server.ts';

/** Preparing the largest sample, on a busy machine. */
const timeout = 120_000;

const strict = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'";

let server: StrictServer;
beforeAll(async () => {
  server = await serveStrictPage({
    strict,
    blobs: strict.replace("'wasm-unsafe-eval'", "'wasm-unsafe-eval' blob:"),
    scripts: strict.replace(" 'wasm-unsafe-eval'", ''),
  });
}, timeout);
afterAll(() => server.close());

for (const { name, path, missing, launch } of [chromiumBrowser, firefoxBrowser]) {
  describe.skipIf(missing)(`a page with a strict policy in ${name} (${path}; skipped where it is missing)`, { timeout }, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch();
    }, timeout);
    afterAll(() => browser.close());

    const visit = async (policy: string, order: Order, first = ''): Promise<Report> => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.addInitScript(first);
      page.setDefaultTimeout(timeout);
      try {
        await page.goto(server.address(policy, order));
        return JSON.parse(await page.locator('output').innerText()) as Report;
      } finally {
        await context.close();
      }
    };

    for (const place of ['page', 'worker'] as const) {
      it(`runs components of both previews in a ${place}, and nothing runs against the policy`, async () => {
        const questions = [
          { guest: 'hello-p2', path: '/' },
          { guest: 'hello-p2', path: '/stream' },
          { guest: 'hello-p2', path: '/echo', body: 'to and fro' },
          { guest: 'wat-http-p2', path: '/' },
          { guest: 'hello-p3', path: '/' },
          { guest: 'hello-p3', path: '/echo', body: 'to and fro' },
          { guest: 'wat-http-p3', path: '/' },
        ];
        const lines = [1, 2, 3, 4, 5].map((line) => `line ${line}\n`).join('');
        const [hello, wat] = ['Hello, strict!\n', 'hello from wat\n'];
        const texts = [hello, lines, 'to and fro', wat, hello, 'to and fro', wat];
        expect(await visit('strict', { engine: 'hostling', place, questions })).toEqual({
          answers: texts.map((text) => ({ status: 200, text })),
          violations: [],
        });
      });

      it(`says in a ${place} what the policy lacks for jco's engine`, async () => {
        const order: Order = { engine: 'jco', place, questions: [{ guest: 'hello-p3', path: '/' }] };
        expect(await visit('strict', order)).toEqual({
          answers: [{ code: 'runtime-unsupported', message: expect.stringMatching(/Content-Security-Policy.* add blob: to its script-src/) }],
          violations: [expect.stringMatching(/^script-src(?:-elem)? blob/)],
        });
        expect(await visit('blobs', order)).toEqual({ answers: [{ status: 200, text: 'Hello, strict!\n' }], violations: [] });
      });
    }

    it('runs components that do not wait inside calls where the browser lacks JSPI', async () => {
      const questions = [
        { guest: 'hello-p3', path: '/echo', body: 'to and fro' },
        { guest: 'wat-http-p3', path: '/' },
        { guest: 'hello-p2', path: '/' },
      ];
      const { answers } = await visit('strict', { engine: 'hostling', place: 'page', questions }, takeJspiScript);
      expect(answers).toEqual(['to and fro', 'hello from wat\n', 'Hello, strict!\n'].map((text) => ({ status: 200, text })));
      const [refused] = (await visit('blobs', { engine: 'jco', place: 'page', questions: [{ guest: 'hello-p3', path: '/' }] }, takeJspiScript)).answers;
      expect(refused).toEqual({ code: 'runtime-unsupported', message: expect.stringContaining('JSPI, which this runtime lacks') });
    });

    it('says what a policy lacks that refuses WebAssembly', async () => {
      const { answers, violations } = await visit('scripts', { engine: 'hostling', place: 'page', questions: [{ guest: 'wat-http-p3', path: '/' }] });
      expect(answers).toEqual([
        { code: 'runtime-unsupported', message: "the Content-Security-Policy of this page refuses WebAssembly; add 'wasm-unsafe-eval' to its script-src" },
      ]);
      expect(violations).toContain('script-src wasm-eval');
    });
  });
}
