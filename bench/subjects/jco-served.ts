import { Agent, get } from 'node:http';
import { checkAnswer } from './host-call.ts';
import type { CreateSubject } from './subject.ts';

interface ServedOutput {
  readonly incomingHandler: Handler;
  readonly $init?: Promise<void>;
  readonly HTTPServer: new (handler: Handler) => { listen(port: number, host: string): void; address(): { port: number } };
}
interface Handler {
  handle(request: unknown, out: unknown): void;
}

/**
 * A P2 handler as `jco serve` runs it, in this process. Its requests can only come through its server, so they do; the time is that of the
 * handler alone, which returns when the guest has written everything.
 */
const create: CreateSubject<object> = async ({ load }) => {
  const { incomingHandler, $init, HTTPServer } = await load<ServedOutput>('served/node.js');
  await $init;
  let spent = 0;
  const server = new HTTPServer({
    handle(request, out) {
      const begin = performance.now();
      incomingHandler.handle(request, out);
      spent = performance.now() - begin;
    },
  });
  server.listen(0, '127.0.0.1');
  const { port } = server.address();
  const agent = new Agent({ keepAlive: true });
  const request = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const sent = get({ host: '127.0.0.1', port, agent, path: '/' }, (response) => {
        let length = 0;
        response.on('error', reject).on('data', (chunk: Uint8Array) => (length += chunk.length));
        response.on('end', () => {
          try {
            resolve(checkAnswer(response.statusCode ?? 0, length));
          } catch (failure) {
            reject(failure as Error);
          }
        });
      });
      sent.on('error', reject);
    });
  return {
    call: request,
    async time() {
      await request();
      return spent;
    },
  };
};

export default create;
