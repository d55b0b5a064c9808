import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright';
import { chromiumFlags, chromiumPath } from '../../scripts/lib/browser-places.ts';
import type { Clocks, Calls, Question } from './calls.ts';
import type { Subject } from './child.ts';
import type { Environment, SubjectRequest } from './environment.ts';
import { servePage } from './page-server.ts';

const flags = [
  ...chromiumFlags,
  // A page that waits for its turn must not be slowed down when it comes.
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
];

/** How often a profile looks. */
const profileIntervalMicros = 500;

declare global {
  /** What a page of {@link servePage} offers. */
  var subject: { calls: Calls; measure: (calls: Calls, question: Question, clocks: Clocks) => Promise<unknown>; clocks: Clocks } | undefined;
  var startSubject: (options: object) => Promise<void>;
}

/** Starts Chromium: each subject has a page of a site of its own, and with that a process. */
export async function openChromium(): Promise<Environment> {
  const browser = await chromium.launch({ executablePath: chromiumPath, args: flags });
  return {
    start: (request) => openPage(browser, request),
    end: () => browser.close(),
  };
}

async function openPage(browser: Browser, { script, options, folder, profile }: SubjectRequest): Promise<Subject> {
  const server = await servePage(script, folder);
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.on('pageerror', (failure) => process.stderr.write(`a page failed: ${failure.stack ?? failure.message}\n`));
    await page.goto(server.url);
    await page.waitForFunction(() => 'startSubject' in globalThis);
    await page.evaluate((given) => globalThis.startSubject(given), options);
    const stopProfile = profile === undefined ? undefined : await startProfile(await context.newCDPSession(page), profile);
    return {
      ask: <T>(question: unknown) => ask<T>(page, question as Question),
      async end() {
        await stopProfile?.();
        await context.close();
        server.close();
      },
    };
  } catch (failure) {
    await context.close();
    server.close();
    throw failure;
  }
}

function ask<T>(page: Page, question: Question): Promise<T> {
  return page.evaluate((asked) => {
    if (globalThis.subject === undefined) throw new Error('the subject was not started');
    const { calls, measure, clocks } = globalThis.subject;
    return measure(calls, asked, clocks);
  }, question) as Promise<T>;
}

async function startProfile(session: CDPSession, folder: string): Promise<() => Promise<void>> {
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: profileIntervalMicros });
  await session.send('Profiler.start');
  return async () => {
    const { profile } = await session.send('Profiler.stop');
    await writeFile(join(folder, 'page.cpuprofile'), JSON.stringify(profile));
  };
}
