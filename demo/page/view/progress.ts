import { formatMs } from '../format.ts';
import { byId } from './elements.ts';

const bar = byId('progress', HTMLProgressElement);
const status = byId('status', HTMLSpanElement);

/** After how long a step tells its time. */
const longMs = 400;

let ticking: ReturnType<typeof setInterval> | undefined;

/** Says what is going on, and for how long once that is not short. `part` of 1 is done, where that is known. */
export function showBusy(text: string, part?: number): void {
  clearInterval(ticking);
  const began = performance.now();
  bar.hidden = false;
  if (part === undefined) bar.removeAttribute('value');
  else bar.value = part;
  status.textContent = text;
  // Only the picture moves: a screen reader hears each step once.
  ticking = setInterval(() => {
    const ms = performance.now() - began;
    if (ms > longMs) status.dataset['time'] = formatMs(ms);
  }, 100);
  delete status.dataset['time'];
}

/** Says how it ended. */
export function showIdle(text: string): void {
  clearInterval(ticking);
  delete status.dataset['time'];
  bar.hidden = true;
  status.textContent = text;
}
