/** How much a line matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * Where the host's own lines and the guests' unattached output go. `write` MUST NOT throw and MUST NOT wait. Fields hold names and
 * counts, never the values of environment variables or secrets.
 */
export interface Log {
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}
