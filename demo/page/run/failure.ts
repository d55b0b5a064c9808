import type { Failure } from './protocol.ts';

/** An error that came over a wire, with the host's code. */
export class CodedError extends Error {
  readonly code: string;

  constructor({ code, message }: Failure) {
    super(message);
    this.name = 'CodedError';
    this.code = code;
  }
}

/** Anything thrown as its code and one line. */
export function failureOf(thrown: unknown): Failure {
  const code = thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : 'internal';
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code, message: message.replace(/\s+/g, ' ').trim() };
}
