import type { ByteSource } from '../../engine/streams.ts';
import type { FieldList } from '../../http/message.ts';
import { withLength } from '../../http/source.ts';
import type { HttpOutError } from '../../ports/http-out.ts';
import { httpError } from './error-code.ts';
import { valuesOf } from './fields.ts';

/** Which side of an exchange a message is. */
export type MessageKind = 'request' | 'response';

/**
 * The length a message's fields promise for its body; undefined when they promise none.
 * @throws HttpOutError when `content-length` is not one number
 */
export function declaredLength(headers: FieldList): number | undefined {
  const [first, ...others] = valuesOf(headers, 'content-length');
  if (first === undefined) return undefined;
  const length = Number(first);
  if (!/^\d+$/.test(first) || !Number.isSafeInteger(length) || others.some((other) => other !== first)) {
    throw httpError('HTTP-protocol-error', `content-length "${first}" is not one number of bytes`);
  }
  return length;
}

/** A body that is not as long as its message promised. */
export function bodySizeError(kind: MessageKind, expected: number, seen: number): HttpOutError {
  const message = `the ${kind}'s body has ${seen} bytes${seen > expected ? ' or more' : ''}, its content-length is ${expected}`;
  return httpError(`HTTP-${kind}-body-size`, message, BigInt(seen));
}

/**
 * A body held to the length its message promises.
 * @throws HttpOutError when the promise cannot be kept: no body at all, or a malformed `content-length`
 */
export function checkedBody(kind: MessageKind, headers: FieldList, body: ByteSource | undefined): ByteSource | undefined {
  const expected = declaredLength(headers);
  if (expected === undefined) return body;
  if (body !== undefined) return withLength(body, expected, (seen) => bodySizeError(kind, expected, seen));
  if (expected > 0) throw bodySizeError(kind, expected, 0);
  return undefined;
}
