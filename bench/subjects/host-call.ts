import type { Host } from '../../dist/core/host.js';

const { signal } = new AbortController();

/** One call with the host's own messages; the body is read to its end, and its trailers. */
export async function callByMessage(host: Pick<Host, 'handle'>): Promise<void> {
  const { status, body, trailers } = await host.handle({ method: 'GET', scheme: 'http', authority: 'bench.example', path: '/', headers: [] }, signal);
  let length = 0;
  for (let chunk = await body?.read(65_536); chunk !== undefined; chunk = await body?.read(65_536)) length += chunk.length;
  await trailers;
  checkAnswer(status, length);
}

/** One call with a web request and a web response. */
export async function callByFetch(host: Pick<Host, 'fetch'>): Promise<void> {
  const response = await host.fetch(new Request('http://bench.example/'));
  checkAnswer(response.status, (await response.arrayBuffer()).byteLength);
}

/** A guest that fails fast is not to be measured. */
export function checkAnswer(status: number, length: number): void {
  if (status !== 200 || length === 0) throw new Error(`the guest answered with status ${status} and ${length} bytes`);
}
