import { type ChildProcess, spawn } from 'node:child_process';
import { inRoot } from '../../scripts/lib/root.ts';

/** `npm start` as a process of its own. */
export interface Started {
  /** The page's address, with a slash at its end. */
  readonly url: string;
  /** What it has written until now. */
  output(): string;
  /** Ends it the way Ctrl-C does; answers its exit code. */
  interrupt(): Promise<number | null>;
}

/** Starts it on a free port and waits until it says where the page is. */
export async function startChild(): Promise<Started> {
  const child = spawn(process.execPath, [inRoot('scripts/start.ts'), '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ended = endOf(child);
  const url = await new Promise<string>((resolve, reject) => {
    const take = (text: string): void => {
      output += text;
      const [, address] = /^ {2}page +(http:\S+)$/m.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    ended.then((code) => reject(new Error(`npm start ended with code ${code} before it was ready:\n${output}`)), reject);
  });
  return {
    url,
    output: () => output,
    interrupt() {
      // Twice: from the terminal, and from npm, which passes it on.
      child.kill('SIGINT');
      child.kill('SIGINT');
      return ended;
    },
  };
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
}
