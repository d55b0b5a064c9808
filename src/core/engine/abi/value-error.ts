/**
 * What a value of the host that does not fit its WIT type is answered with. The message names where the value is:
 * `parameter 2 (options).timeout: expected u64 as bigint, got string`.
 */
export class ValueError extends TypeError {
  constructor(what: string) {
    super(what);
    this.name = 'TypeError';
  }
}

/** Throws a {@link ValueError}: the value is not what the WIT type needs. */
export function misfit(expected: string, value: unknown): never {
  throw new ValueError(`expected ${expected}, got ${describe(value)}`);
}

function describe(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return `number ${value}`;
    case 'bigint':
      return `bigint ${value}`;
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? `array of ${value.length}` : 'object';
    default:
      return typeof value;
  }
}

/** A value that is used as an object: records, tuples, variants. */
export function objectOf(value: unknown, expected: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) misfit(expected, value);
  return value as Record<string, unknown>;
}
