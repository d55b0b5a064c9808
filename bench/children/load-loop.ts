/** Sends requests over some connections for some seconds: `load-loop.ts URL SECONDS CONNECTIONS`. Prints what it saw as JSON. */
import { Agent, get } from 'node:http';
import { quantile } from '../lib/stats.ts';

const [url = '', seconds, connections] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const latencies: number[] = [];
const started = performance.now();
const until = started + Number(seconds) * 1000;

await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    while (performance.now() < until) {
      const begin = performance.now();
      await request();
      latencies.push(performance.now() - begin);
    }
  }),
);
const elapsed = (performance.now() - started) / 1000;
agent.destroy();
process.stdout.write(JSON.stringify({ rate: latencies.length / elapsed, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) }));

function request(): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = get(url, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered with status ${response.statusCode}`));
      response
        .on('data', () => {})
        .on('end', resolve)
        .on('error', reject);
    });
    sent.on('error', reject);
  });
}
