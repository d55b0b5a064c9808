import type { Log, LogLevel } from '../../core/ports/log.ts';

/** One line of a {@link RecordingLog}. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

/** A log that keeps its lines. */
export interface RecordingLog extends Log {
  readonly lines: readonly LogLine[];
}

export function createRecordingLog(): RecordingLog {
  const lines: LogLine[] = [];
  return { lines, write: (level, message, fields = {}) => void lines.push({ level, message, fields }) };
}

/** A log that keeps nothing. */
export const silentLog: Log = { write: () => {} };
