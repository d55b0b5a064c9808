import type { Progress } from '../core/workload/linker.ts';
import { fileNameOf, isUrl } from './options.ts';

/** One line on the terminal about a long step. */
export interface StatusLine {
  /** Follows the steps of a start. */
  readonly onStep: Progress;
  show(text: string): void;
  /** Takes the line away. */
  clear(): void;
}

/** Tells of the steps that take long. Quiet unless the stream is a terminal that can erase a line. */
export function createStatusLine(component: string, stream: NodeJS.WriteStream = process.stderr): StatusLine {
  const enabled = stream.isTTY === true && process.env['TERM'] !== 'dumb';
  let shown = false;
  const clear = (): void => {
    if (shown) stream.write('\r\x1b[2K');
    shown = false;
  };
  const show = (text: string): void => {
    clear();
    if (!enabled) return;
    // A longer line would wrap, and only its last row would be erased. Some terminals have no size: 0.
    stream.write(text.slice(0, (stream.columns || 80) - 1));
    shown = true;
  };
  return Object.freeze({
    show,
    clear,
    onStep(step) {
      clear();
      if (step === 'loading' && isUrl(component)) show(`loading ${fileNameOf(component)} …`);
      // The engine works without a pause: this is the last chance to say so.
      else if (step === 'preparing') show(`preparing ${fileNameOf(component)} …`);
    },
  } satisfies StatusLine);
}
