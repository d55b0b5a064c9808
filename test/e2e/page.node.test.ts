import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageDir } from '../../scripts/lib/page-build.ts';
import { type PageSizes, sizesName } from '../../scripts/lib/page-sizes.ts';
import { chromiumBrowser, firefoxBrowser } from './browsers.ts';
import { type Driver, openPage } from './page-driver.ts';
import { startChild, type Started } from './start-child.ts';

/** Preparing the largest sample, twice, on a busy machine. */
const timeout = 120_000;

let started: Started;
beforeAll(async () => {
  started = await startChild();
}, timeout);
afterAll(async () => {
  expect(await started.interrupt()).toBe(0);
}, timeout);

describe('npm start', { timeout }, () => {
  it('says where everything is, and nothing of its tools', () => {
    expect(started.output()).toContain(`curl -N ${started.url.replace('localhost', 'hello-p3.localhost')}stream`);
    expect(started.output()).not.toMatch(/warn|vite|externalized|directive/i);
  });

  it('serves the components by path and by host name', async () => {
    for (const name of ['hello-p2', 'hello-p3']) {
      expect(await (await fetch(`${started.url}node/${name}/`)).text()).toBe('Hello, Node!\n');
      expect(await askByHost(`${name}.localhost`)).toBe('Hello, Node!\n');
    }
  });

  it('keeps to names of this machine', async () => {
    expect(await askByHost('rebound.example')).toBe('workload-not-found\n');
  });

  it('keeps what lies outside the page to itself', async () => {
    for (const path of ['assets/..%2f..%2f..%2fpackage.json', '.vite/manifest.json', 'guests/wat-spin.wasm', 'assets/']) {
      expect((await fetch(`${started.url}${path}`)).status).toBe(404);
    }
  });

  it('has its page within the size that was promised', async () => {
    // Measured while the rest goes on: the file comes some seconds later.
    const read = async (): Promise<PageSizes> => JSON.parse(await readFile(join(pageDir, sizesName), 'utf8')) as PageSizes;
    await expect.poll(read, { timeout: 60_000 }).toBeDefined();
    const { host, reader, transpiler } = await read();
    expect(host.gzip).toBeLessThanOrEqual(70_000);
    expect(reader.gzip).toBeLessThanOrEqual(28_000);
    expect(transpiler.gzip).toBeLessThanOrEqual(1_400_000);
  });
});

describe.skipIf(chromiumBrowser.missing)(`the page in Chromium (${chromiumBrowser.path}; skipped where it is missing)`, { timeout }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromiumBrowser.launch();
  }, timeout);
  afterAll(() => browser.close());

  const withPage = async (work: (driver: Driver) => Promise<void>, expected: readonly string[] = []): Promise<void> => {
    const driver = await openPage(browser, started.url);
    try {
      await work(driver);
      expect(driver.complaints).toEqual(expected);
    } finally {
      await driver.close();
    }
  };

  for (const place of ['a worker', 'this page'] as const) {
    const name = place === 'a worker' ? 'worker' : 'page';

    it(`runs every sample in ${place}`, () =>
      withPage(async (driver) => {
        await driver.place(place);
        for (const sample of ['hello-p2', 'hello-p3']) {
          await driver.choose(sample);
          expect(await driver.ask('Send')).toMatch(/^status 200, /);
          expect(await driver.text()).toBe(`Hello, ${name}!\n`);
        }
        for (const sample of ['cat-p2', 'cat-p3']) {
          await driver.choose(sample);
          expect(await driver.ask('Send')).toMatch(/^exit code 0, /);
          expect(await driver.text()).toBe('first line\nsecond line\n');
          await driver.example('--exit 3');
          expect(await driver.ask('Send')).toMatch(/^exit code 3, /);
        }
      }));

    it(`shows a streamed answer piece by piece from ${place}`, () =>
      withPage(async (driver) => {
        await driver.place(place);
        await driver.choose('hello-p2');
        await driver.example('/stream');
        await driver.ask('Send');
        expect(await driver.text()).toBe('line 1\nline 2\nline 3\nline 4\nline 5\n');
        const arrivals = await driver.arrivals();
        expect(arrivals.length).toBeGreaterThanOrEqual(3);
        // Four pauses of 100 ms lie between the first line and the last.
        expect(arrivals.at(-1)! - arrivals[0]!).toBeGreaterThan(200);
      }));
  }

  it('sends what the fields say', () =>
    withPage(async (driver) => {
      const { page } = driver;
      await page.getByLabel('Method').selectOption('PUT');
      await page.getByLabel('Path').fill('/echo?a=b');
      await page.getByLabel('Headers').fill('Content-Type: text/x-mine');
      await page.getByLabel('Body').fill('grüße');
      for (const button of ['Send', 'Run it on Node'] as const) {
        await driver.ask(button);
        expect(await driver.text()).toBe('grüße');
        expect(await page.locator('#head').textContent()).toContain('content-typetext/x-mine');
      }
      await page.getByLabel('Headers').fill('no colon');
      await page.getByRole('button', { name: 'Send' }).click();
      await page.getByText('"no colon" is no header').waitFor();
    }));

  it('puts the times of worker, page and Node side by side', () =>
    withPage(async (driver) => {
      const { page } = driver;
      await driver.example('/stream');
      await driver.ask('Send');
      await driver.place('this page');
      await driver.ask('Send');
      await driver.ask('Run it on Node');
      expect(await driver.text()).toContain('line 5');
      expect(await page.getByRole('columnheader').allTextContents()).toEqual(['', 'Worker', 'Page', 'Node']);
      for (const part of ['Loading', 'Preparing', 'Starting', 'First byte', 'Total']) {
        const cells = page.getByRole('row', { name: part }).getByRole('cell');
        for (const cell of await cells.allTextContents()) expect(cell).toMatch(/^\d.* m?s/);
      }
      // The page takes from the cache what the worker prepared.
      expect(await page.getByRole('row', { name: 'Preparing' }).getByRole('cell').nth(1).textContent()).toContain('cached');
    }));

  it('runs commands on Node too', () =>
    withPage(async (driver) => {
      await driver.choose('cat-p3');
      expect(await driver.ask('Run it on Node')).toMatch(/^exit code 0, /);
      expect(await driver.text()).toBe('first line\nsecond line\n');
    }));

  it('stops a component and starts it again', () =>
    withPage(async (driver) => {
      const { page } = driver;
      await driver.ask('Send');
      await page.getByRole('button', { name: 'Stop it' }).click();
      await page.getByText('was stopped in the worker').waitFor();
      expect(await driver.ask('Send')).toMatch(/^status 200, /);
      expect(await page.getByRole('row', { name: 'Preparing' }).getByRole('cell').first().textContent()).toContain('cached');
    }));

  it('runs a component that somebody brings along', () =>
    withPage(async (driver) => {
      await driver.upload('wat-http-p3');
      await driver.page.getByText('Answers HTTP, WASI 0.3').waitFor();
      expect(await driver.ask('Send')).toMatch(/^status 200, /);
      expect(await driver.text()).not.toBe('');
      expect(await driver.page.getByRole('button', { name: 'Run it on Node' }).isDisabled()).toBe(true);
    }));

  it('says what a refused component lacks', () =>
    withPage(async (driver) => {
      await driver.upload('wat-unknown-import');
      await driver.page.getByRole('listitem').filter({ hasText: 'refused acme:missing/thing@1.2.3' }).waitFor();
      await driver.ask('Send');
      expect(await driver.page.getByRole('alert').textContent()).toMatch(/^import-unserved .*acme:missing\/thing@1\.2\.3 is not served/);
    }));

  it('says why a file is no component', () =>
    withPage(async (driver) => {
      await driver.upload('p1-hello');
      await driver.page.getByRole('alert').filter({ hasText: 'core-module' }).waitFor();
      expect(await driver.page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    }));

  it('shows a trap with its code, and the line in the log', () =>
    withPage(async (driver) => {
      await driver.example('/trap');
      expect(await driver.ask('Send')).toMatch(/^status 500, /);
      expect(await driver.page.getByRole('alert').textContent()).toMatch(/^guest-trap /);
      expect(await driver.page.getByLabel('Log lines').textContent()).toContain('trap');
    }));

  it('shows a trap on Node, of which the browser itself notes the status', () =>
    withPage(
      async (driver) => {
        await driver.example('/trap');
        expect(await driver.ask('Run it on Node')).toMatch(/^status 500, /);
        expect(await driver.page.getByRole('alert').textContent()).toMatch(/^guest-trap /);
      },
      ['error: Failed to load resource: the server responded with a status of 500 (Internal Server Error)'],
    ));

  it('ends a worker that a component keeps busy', () =>
    withPage(async (driver) => {
      const { page } = driver;
      await driver.upload('wat-spin');
      await page.getByText('A command').waitFor();
      await page.getByRole('button', { name: 'Send' }).click();
      await page.getByRole('status').filter({ hasText: 'Starting' }).waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('alert').filter({ hasText: 'cancelled' }).waitFor();
      await driver.choose('hello-p3');
      expect(await driver.ask('Send')).toMatch(/^status 200, /);
    }));

  it('runs components with the other engine when its address says so, in the worker and in the page', () =>
    withPage(async (driver) => {
      const { page } = driver;
      const allowed = async (): Promise<string> => (await fetch(page.url())).headers.get('content-security-policy') ?? '';
      expect(await allowed()).not.toContain('blob:');
      const loaded: string[] = [];
      page.on('request', (request) => /js-component-bindgen.*\.core.*wasm$/.test(request.url()) && loaded.push(request.url()));
      await driver.ask('Send');
      expect(loaded).toEqual([]);
      await page.goto(`${started.url}?engine=jco`);
      expect(await allowed()).toContain('blob:');
      for (const place of ['a worker', 'this page'] as const) {
        await driver.place(place);
        for (const sample of ['hello-p3', 'hello-p2']) {
          await driver.choose(sample);
          expect(await driver.ask('Send')).toMatch(/^status 200, /);
        }
      }
      expect(loaded.length).toBeGreaterThan(0);
    }));

  it('fits a narrow screen', () =>
    withPage(async (driver) => {
      await driver.page.setViewportSize({ width: 400, height: 800 });
      await driver.ask('Send');
      await driver.ask('Run it on Node');
      expect(await driver.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    }));
});

describe.skipIf(firefoxBrowser.missing)(`the page in Firefox (${firefoxBrowser.path}; skipped where it is missing)`, { timeout }, () => {
  it('runs a sample in a worker and in the page', async () => {
    const browser = await firefoxBrowser.launch();
    try {
      const driver = await openPage(browser, started.url);
      for (const place of ['a worker', 'this page'] as const) {
        await driver.place(place);
        await driver.choose('hello-p2');
        await driver.example('/stream');
        expect(await driver.ask('Send')).toMatch(/^status 200, /);
        expect((await driver.arrivals()).length).toBeGreaterThanOrEqual(3);
        await driver.choose('hello-p3');
        await driver.ask('Send');
        expect(await driver.text()).toBe(`Hello, ${place === 'a worker' ? 'worker' : 'page'}!\n`);
      }
      expect(driver.complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

/** Asks for `/` with a `Host` of one's own: not every resolver knows names below localhost. */
function askByHost(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: new URL(started.url).port, headers: { host } }, (response) => void text(response).then(resolve, reject)).once(
      'error',
      reject,
    );
  });
}
