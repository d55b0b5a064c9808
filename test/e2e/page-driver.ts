import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { guestsDir } from '../../scripts/guests/guest.ts';

/** How long the slowest step, preparing the largest sample on a busy machine, may take. */
const patienceMs = 60_000;

/** The sample page in a browser, by what a person sees of it. */
export interface Driver {
  readonly page: Page;
  /** Errors and warnings of the console, failed loads and uncaught errors. */
  readonly complaints: readonly string[];
  choose(sample: string): Promise<void>;
  upload(guest: string): Promise<void>;
  example(label: string): Promise<void>;
  place(label: 'a worker' | 'this page'): Promise<void>;
  /** Presses a button that asks the component, waits for the end and answers the summary. */
  ask(button: 'Send' | 'Run it on Node'): Promise<string>;
  /** What came, all pieces together. */
  text(): Promise<string>;
  /** When each piece came, in milliseconds. */
  arrivals(): Promise<number[]>;
  close(): Promise<void>;
}

/** Opens the page in a context of its own: nothing is cached. */
export async function openPage(browser: Browser, url: string): Promise<Driver> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  const status = page.getByRole('status');
  const ready = (): Promise<void> => status.filter({ hasText: /^Press Send\.$/ }).waitFor();
  const chunks = page.locator('#chunks li');
  await page.goto(url);
  await ready();
  return {
    page,
    complaints,
    async choose(sample) {
      await page.getByRole('radio', { name: sample }).check();
      await ready();
    },
    upload: (guest) => page.getByLabel('Your own').setInputFiles(join(guestsDir, `${guest}.wasm`)),
    example: (label) => page.getByRole('button', { name: label, exact: true }).click(),
    place: (label) => page.getByRole('radio', { name: label }).check(),
    async ask(button) {
      const places = { Send: /^Answer from the (?:worker|page)$/, 'Run it on Node': /^Answer from Node$/ };
      await page.getByRole('button', { name: button }).click();
      await page.getByRole('heading', { name: places[button] }).waitFor();
      // Cancel is there as long as the answer is under way.
      await page.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'hidden' });
      return (await status.textContent()) ?? '';
    },
    text: async () => (await chunks.locator('pre').allTextContents()).join(''),
    arrivals: async () => chunks.evaluateAll((rows) => rows.map((row) => Number(row.dataset['ms']))),
    close: () => context.close(),
  };
}
