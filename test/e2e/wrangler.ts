import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { binary } from '../../scripts/lib/root.ts';

/** `wrangler dev` as a process of its own. */
export interface WranglerDev extends AsyncDisposable {
  /** Where the Worker answers, with a slash at its end. */
  readonly url: string;
  /** What it has written until now. */
  output(): string;
}

/** Serves a project's Worker on a free port of this machine; nothing leaves the machine, and nothing is written outside the project. */
export async function wranglerDev(project: string): Promise<WranglerDev> {
  const args = ['dev', '--local', '--ip', '127.0.0.1', '--port', '0', '--inspector-port', '0', '--show-interactive-dev-session=false'];
  const env = { ...process.env, HOME: join(project, 'home'), WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' };
  const child = spawn(process.execPath, [binary('wrangler'), ...args], { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ended = once(child, 'close');
  const url = await new Promise<string>((resolve, reject) => {
    const take = (text: string): void => {
      output += text;
      const [, address] = /Ready on (http:\/\/127\.0\.0\.1:\d+)/.exec(output) ?? [];
      if (address !== undefined) resolve(`${address}/`);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    ended.then(() => reject(new Error(`wrangler dev ended before it was ready:\n${output}`)), reject);
  });
  return {
    url,
    output: () => output,
    async [Symbol.asyncDispose]() {
      child.kill('SIGINT');
      await ended;
    },
  };
}
