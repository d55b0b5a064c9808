/** The worker's entry: it is posted an order and posts the report. */
import { askAll, type Order } from './ask.ts';

self.addEventListener('message', async ({ data }: MessageEvent<Order>) => self.postMessage(await askAll(data)));
