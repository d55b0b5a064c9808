/**
 * Says that whoever asked has gone: the part of an `AbortSignal` that calls need. Every `AbortSignal` is one; a platform that makes one for each
 * request may have something lighter.
 */
export interface CallSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
