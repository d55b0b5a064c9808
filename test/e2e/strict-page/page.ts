/** The page's entry: its address has the order, its text becomes the report. */
import { askAll, type Order, type Report } from './ask.ts';

const order = JSON.parse(new URLSearchParams(location.search).get('order') ?? '{}') as Order;

function inWorker(): Promise<Report> {
  const worker = new Worker('worker.js', { type: 'module' });
  const { promise, resolve, reject } = Promise.withResolvers<Report>();
  worker.addEventListener('message', ({ data }: MessageEvent<Report>) => resolve(data));
  worker.addEventListener('error', ({ message }) => reject(new Error(message || 'the worker cannot be loaded')));
  worker.postMessage(order);
  return promise.finally(() => worker.terminate());
}

const report = document.createElement('output');
const told = await (order.place === 'worker' ? inWorker() : askAll(order)).catch((failure: unknown): Report => ({
  answers: [{ code: 'not ours', message: String(failure) }],
  violations: [],
}));
report.textContent = JSON.stringify(told);
document.body.append(report);
