import { formatLogLine } from '../../core/log.ts';
import type { Log } from '../../core/ports/log.ts';

/** Lines on the worker's log. */
export const consoleLog: Log = {
  write: (level, message, fields) => console[level](formatLogLine(level, message, fields)),
};
