import { formatLogLine } from '../../core/log.ts';
import type { Log } from '../../core/ports/log.ts';

/** Lines on standard error. */
export const stderrLog: Log = {
  write: (level, message, fields) => void process.stderr.write(`${formatLogLine(level, message, fields)}\n`),
};
