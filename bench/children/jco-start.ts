/** The same with stock jco: `jco-start.ts COMPONENT FOLDER cold|cached`; cached takes what an earlier run left in the folder. */
import { readFile } from 'node:fs/promises';
import { importHandler, transpileHandler } from '../lib/jco.ts';
import { callOnNode } from '../subjects/shims.ts';

const [component = '', folder = '', mode] = process.argv.slice(2);
const begin = performance.now();
if (mode === 'cold') await transpileHandler(await readFile(component), folder, 'shared');
const output = await importHandler(folder);
await callOnNode(output)(output.handler);
const startMs = performance.now() - begin;
process.stdout.write(JSON.stringify({ startMs }), () => process.exit());
