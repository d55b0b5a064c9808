import { expect, test } from 'vitest';
import { HostlingError } from '../../src/core/errors.ts';
import { statusOfErrorCode, statusOfFailure } from '../../src/core/http/status.ts';
import { HttpOutError } from '../../src/core/ports/http-out.ts';
import { asHttpOutError, errorCodeOf, httpError, knownErrorCode } from '../../src/core/wasi/http/error-code.ts';

test('error codes have the status a gateway would give', () => {
  expect(statusOfErrorCode({ tag: 'connection-timeout' })).toBe(504);
  expect(statusOfErrorCode({ tag: 'connection-refused' })).toBe(502);
  expect(statusOfErrorCode({ tag: 'HTTP-request-denied' })).toBe(403);
  expect(statusOfErrorCode({ tag: 'internal-error' })).toBe(500);
});

test('failures of the host have theirs', () => {
  expect(statusOfFailure(new HostlingError('overloaded', ''))).toBe(503);
  expect(statusOfFailure(new HostlingError('guest-timeout', ''))).toBe(504);
  expect(statusOfFailure(new HostlingError('guest-trap', ''))).toBe(500);
  expect(statusOfFailure('anything')).toBe(500);
});

test('an error code is found behind its causes, and a circle of causes ends', () => {
  const known = httpError('connection-refused', 'refused');
  expect(knownErrorCode(new Error('a', { cause: new Error('b', { cause: known }) }))).toEqual({ tag: 'connection-refused' });
  const circle = new Error('circle');
  circle.cause = circle;
  expect(knownErrorCode(circle)).toBeUndefined();
  expect(errorCodeOf(circle)).toEqual({ tag: 'internal-error', val: 'circle' });
  expect(asHttpOutError(known)).toBe(known);
  expect(asHttpOutError('x')).toBeInstanceOf(HttpOutError);
});
