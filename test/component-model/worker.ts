import { readFile } from 'node:fs/promises';
import { createBinaries } from './binaries.ts';
import { execute } from './execute.ts';
import type { Message } from './pool.ts';
import { parseScript } from './script/commands.ts';
import { subjects } from './subjects/subject.ts';

const [engine = '', timeoutMs] = process.argv.slice(2);
const createSubject = subjects[engine];
if (createSubject === undefined) throw new Error(`there is no engine ${engine}; there are ${Object.keys(subjects).join(', ')}`);

const say = (message: Message): void => void process.send?.(message);

// Paths come before the modules are loaded.
const paths: string[] = [];
let wake = (): void => {};
process.on('message', (path: string) => {
  paths.push(path);
  wake();
});
// Calls that never end keep no process.
process.on('disconnect', () => process.exit(0));
// An engine's stray rejections are no reason to stop: the call they belong to answers, or is late.
process.on('unhandledRejection', () => {});

const surroundings = { subject: await createSubject(), binaries: await createBinaries(), timeoutMs: Number(timeoutMs) };
for (;;) {
  const path = paths.shift();
  if (path === undefined) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    continue;
  }
  await execute(parseScript(await readFile(path, 'utf8')), surroundings, (result) => say({ result }));
  say({ done: true });
}
