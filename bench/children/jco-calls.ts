/** Calls a component through stock jco output in this process: `jco-calls.ts COMPONENT FOLDER shared|fresh`. Asked `{ ms }`, answers a sample. */
import { readFile } from 'node:fs/promises';
import { answer, measureCalls } from './answer.ts';
import { createCaller, importFresh, importShared, type Mode, transpileWithJco } from './jco-component.ts';

const [component = '', folder = '', mode] = process.argv.slice(2);

const loaded = (async () => {
  await transpileWithJco(await readFile(component), folder, mode as Mode);
  const call = await createCaller();
  if (mode === 'fresh') {
    const instantiate = await importFresh(folder);
    return async () => call(await instantiate());
  }
  const handler = await importShared(folder);
  return () => call(handler);
})();

answer(loaded, async ({ ms }: { ms: number }) => measureCalls(await loaded, ms));
