/** The same with stock jco: `jco-start.ts COMPONENT FOLDER cold|cached`; cached takes what an earlier run left in the folder. */
import { readFile } from 'node:fs/promises';
import { createCaller, importShared, transpileWithJco } from './jco-component.ts';

const [component = '', folder = '', mode] = process.argv.slice(2);
const begin = performance.now();
if (mode === 'cold') await transpileWithJco(await readFile(component), folder, 'shared');
const [call, handler] = await Promise.all([createCaller(), importShared(folder)]);
await call(handler);
const startMs = performance.now() - begin;
process.stdout.write(JSON.stringify({ startMs }), () => process.exit());
