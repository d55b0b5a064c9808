import type { Log, LogLevel } from './ports/log.ts';

/** A log that drops what matters less than the given level. */
export function filterLog(log: Log, least: LogLevel): Log {
  const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
  const from = order.indexOf(least);
  return { write: (level, message, fields) => (order.indexOf(level) >= from ? log.write(level, message, fields) : undefined) };
}

/** One line: `warn hello: message key=value`; the workload's name stands in front. */
export function formatLogLine(level: LogLevel, message: string, fields: Readonly<Record<string, string | number | boolean>> = {}): string {
  const { workload, ...rest } = fields;
  const tail = Object.entries(rest).map(([key, value]) => ` ${key}=${String(value)}`);
  return `${level} ${workload === undefined ? '' : `${String(workload)}: `}${message}${tail.join('')}`;
}
