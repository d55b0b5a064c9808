/**
 * Sends requests over some connections for some seconds: `load-loop.ts URL SECONDS CONNECTIONS`. Prints what it saw as JSON. It looks no closer at
 * the answers than to find their ends, so that it costs less than any server it measures.
 */
import { connect } from 'node:net';
import { quantile } from '../lib/stats.ts';

const [url = '', seconds, connections] = process.argv.slice(2);
const { hostname, port, pathname, host } = new URL(url);
const request = Buffer.from(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
const latencies: number[] = [];
const started = performance.now();
const until = started + Number(seconds) * 1000;

await Promise.all(Array.from({ length: Number(connections) }, sendRequests));
const elapsed = (performance.now() - started) / 1000;
process.stdout.write(JSON.stringify({ rate: latencies.length / elapsed, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) }));

/** One request after the other on a connection of its own. */
function sendRequests(): Promise<void> {
  return new Promise((resolve, reject) => {
    let begin = performance.now();
    let received = '';
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (!isWhole(received)) return;
      if (!received.startsWith('HTTP/1.1 200 ')) {
        socket.destroy();
        reject(new Error(`${url} answered: ${received}`));
        return;
      }
      const now = performance.now();
      latencies.push(now - begin);
      if (now >= until) {
        socket.destroy();
        resolve();
        return;
      }
      received = '';
      begin = now;
      socket.write(request);
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`${url} closed a connection`)));
  });
}

/** Whether an answer has come to its end, by its length or its last chunk. */
function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer.slice(0, head));
  return length === null ? answer.endsWith('0\r\n\r\n') : answer.length >= head + 4 + Number(length[1]);
}
