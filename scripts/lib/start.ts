import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { HostlingError, type HttpListener, listen } from '../../src/platform/node/index.ts';
import { buildSteps } from '../build/steps.ts';
import { type BuildOutcome, buildGuests, guestsDir } from '../guests/build.ts';
import { commandSamples, httpSamples, type NodeSamples, startSamples } from './node-samples.ts';
import { buildPage } from './page-build.ts';
import { createPageHandler, type Handle, readPage } from './page-server.ts';
import { inRoot } from './root.ts';
import { runStep, type Step } from './steps.ts';

const defaultPort = 8080;

/** How long requests under way may take once the program was told to end. */
const graceMs = 1000;

const help = `npm start [-- --port <number>]

Builds what is missing, serves the sample components on Node and a page that runs them in the browser.
The port is ${defaultPort}, or a free one if that is taken; --port or the environment's PORT asks for another, 0 takes any.`;

/** Builds, serves until a signal comes, and answers the exit code. */
export async function start(args: readonly string[]): Promise<number> {
  const asked = portOf(args);
  if (typeof asked === 'string') {
    const wrong = asked !== help;
    (wrong ? console.error : console.log)(asked);
    return wrong ? 2 : 0;
  }
  // It listens first: what the samples may reach is known by its port. Nobody is told of it before all is ready.
  let handle: Handle = async () => ({ status: 503, headers: [['retry-after', '1']] });
  const listener = await listenAt(asked, (request, signal) => handle(request, signal));
  if (listener === undefined) return 1;
  let samples: NodeSamples | undefined;
  const steps: Step[] = [
    ...(existsSync(inRoot('dist/platform/browser/index.js')) ? [] : buildSteps),
    { name: 'sample components', run: prepareGuests },
    { name: 'page', run: async () => void (await buildPage()).sizes.catch(reportSizes) },
    {
      name: 'Node host',
      run: async () => {
        samples = await startSamples([`localhost:${listener.port}`, `127.0.0.1:${listener.port}`]);
        return httpSamples.join(', ');
      },
    },
  ];
  for (const step of steps) {
    if (await runStep(step)) continue;
    await listener.close(0);
    return 1;
  }
  handle = createPageHandler(samples!, await readPage());
  const stopped = stopSignal();
  if (asked === undefined && listener.port !== defaultPort) console.log(`\nPort ${defaultPort} is taken, so another was chosen.`);
  console.log(greeting(listener.port));
  await stopped;
  await listener.close(graceMs);
  await samples!.host.stop({ graceMs: 0 });
  return 0;
}

/** The port that was asked for; undefined for the usual one; a text when there is nothing to start. */
function portOf(args: readonly string[]): number | string | undefined {
  let values: { port?: string; help?: boolean };
  try {
    ({ values } = parseArgs({ args: [...args], options: { port: { type: 'string' }, help: { type: 'boolean', short: 'h' } } }));
  } catch (failure) {
    return failure instanceof Error ? failure.message : String(failure);
  }
  if (values.help) return help;
  const text = values.port ?? (process.env['PORT'] || undefined);
  if (text === undefined) return undefined;
  const port = Number(text);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 && text.trim() !== '' ? port : `${text} is no port: write a number from 0 to 65535`;
}

async function listenAt(asked: number | undefined, handle: Handle): Promise<HttpListener | undefined> {
  const address = '127.0.0.1';
  try {
    return await listen({ address, port: asked ?? defaultPort, handle });
  } catch (failure) {
    if (!(failure instanceof HostlingError)) throw failure;
    if (asked === undefined && failure.code === 'address-in-use') return listen({ address, port: 0, handle });
    console.error(`${failure.message}; choose another with --port, 0 takes a free one`);
    return undefined;
  }
}

async function prepareGuests(): Promise<string> {
  const names = [...commandSamples, ...httpSamples];
  const missing = names.filter((name) => !existsSync(`${guestsDir}/${name}.wasm`));
  if (missing.length > 0) console.log(`      building ${missing.join(', ')}; this is done once and takes a minute or two`);
  const outcomes = await buildGuests(names, { onDone: reportGuest });
  const failed = outcomes.filter((outcome) => outcome.state === 'failed');
  if (failed.length > 0) throw new Error(failed.map(({ name, message }) => `${name} cannot be built: ${message}`).join('\n'));
  return names.join(', ');
}

function reportGuest(outcome: BuildOutcome): void {
  if (outcome.state === 'built') console.log(`      built ${outcome.name}, ${(outcome.bytes / 1e6).toFixed(1)} MB, in ${(outcome.ms / 1000).toFixed(1)} s`);
}

/** Sizes are measured beside the rest; without them the page is as good. */
function reportSizes(failure: unknown): void {
  console.error(`the page's sizes were not measured: ${failure instanceof Error ? failure.message : String(failure)}`);
}

function greeting(port: number): string {
  const samples = httpSamples.map((name) => {
    const url = `http://${name}.localhost:${port}/`;
    return `  ${name.padEnd(10)} ${url}  or  http://localhost:${port}/node/${name}/\n             curl -N ${url}stream`;
  });
  return `\nhostling runs. Ctrl-C ends it.\n\n  page       http://localhost:${port}/\n${samples.join('\n')}\n`;
}

/** Resolves at the first signal to stop. Further ones change nothing: npm passes Ctrl-C on to a program that the terminal has told already. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
}
