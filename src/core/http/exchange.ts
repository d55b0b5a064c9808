import type { ByteSource } from '../engine/streams.ts';
import { asHostlingError, HostlingError } from '../errors.ts';
import type { CallSignal } from '../ports/call-signal.ts';
import type { HttpErrorCode } from '../ports/http-out.ts';
import type { InstanceScope } from '../wasi/scope.ts';
import type { HttpRequest, HttpResponse } from './message.ts';
import { statusOfErrorCode } from './status.ts';

/** The instance that answers, and the caller. */
export interface IngressOptions {
  readonly scope: InstanceScope;
  /** Tells when the instance fails outside the call's own promise; the answer takes the listener back. */
  readonly onFault?: ((listener: (reason: unknown) => void) => () => void) | undefined;
  /** Aborts when the caller goes away. */
  readonly signal?: CallSignal | undefined;
  /** Called once at most, when the answer fails after its head. */
  readonly onLateFailure?: ((failure: unknown) => void) | undefined;
  /** Called once, when the response's head is there or will not come. */
  readonly onAnswered?: (() => void) | undefined;
  /** Called once, when {@link Exchange.finished} resolves. */
  readonly onFinished?: (() => void) | undefined;
}

/**
 * One request being answered by a guest.
 *
 * - `response` resolves when the guest has given its response's head, though it may still be running. A guest that answers with an
 *   error code gives a response without body, see {@link statusOfErrorCode}.
 * - `response` rejects with a HostlingError: `guest-trap` when the guest trapped or ended without an answer, `cancelled` when
 *   the caller went away first.
 * - A guest that fails later fails the response's body.
 * - `finished` resolves, always, when the guest's call is over and nobody will read of its response any more: the instance
 *   may then be disposed. When the caller goes away this is at once, even if the guest is still running.
 */
export interface Exchange {
  readonly response: Promise<HttpResponse>;
  readonly finished: Promise<void>;
}

/** A body that can be failed although the guest may never answer the read that is under way. */
export interface FailableBody {
  fail(reason: unknown): void;
}

/** The state of an exchange, whichever version of the interface the guest has. */
export class Call implements Exchange {
  readonly response: Promise<HttpResponse>;
  readonly #request: HttpRequest;
  readonly #options: IngressOptions;
  #resolve: (response: HttpResponse) => void = () => {};
  #reject: (reason: unknown) => void = () => {};
  #answered = false;
  #over = false;
  #failedLate = false;
  #finished: PromiseWithResolvers<void> | undefined;
  #body: FailableBody | undefined;
  readonly #release: () => void;
  readonly #unlisten: (() => void) | undefined;
  /** Asks the guest to end; set once its call is under way. */
  cancelGuest: ((reason: unknown) => void) | undefined;

  constructor(request: HttpRequest, options: IngressOptions) {
    this.#request = request;
    this.#options = options;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const { signal } = options;
    this.#release = options.scope.hold((reason) => this.fail(asHostlingError(reason, 'cancelled', 'the instance was ended')));
    this.#unlisten = options.onFault?.((failure) => this.fail(asGuestFailure(failure)));
    if (signal?.aborted === true) this.#abort();
    else signal?.addEventListener('abort', this.#abort);
  }

  get finished(): Promise<void> {
    this.#finished ??= Promise.withResolvers<void>();
    if (this.#over) this.#finished.resolve();
    return this.#finished.promise;
  }

  readonly #abort = (): void => {
    const reason = this.#options.signal?.reason;
    this.fail(new HostlingError('cancelled', 'the caller went away', { cause: reason }));
    this.cancelGuest?.(reason);
  };

  /** The guest's answer; later ones, and failures, do not change it. */
  answer(response: HttpResponse, body?: FailableBody): void {
    if (this.#answered) return;
    this.#answered = true;
    this.#body = body;
    this.#options.onAnswered?.();
    this.#resolve(response);
  }
  /** Nothing more will come from the guest: whoever waits for the response or reads its body is told why. */
  fail(reason: unknown): void {
    if (!this.#answered) {
      this.#answered = true;
      this.#options.onAnswered?.();
      this.#reject(reason);
    } else if (!this.#over) this.noteLate(reason);
    this.#body?.fail(reason);
    this.finish();
  }
  /** The answer's body failed. */
  noteLate(reason: unknown): void {
    if (this.#failedLate) return;
    this.#failedLate = true;
    this.#options.onLateFailure?.(reason);
  }
  finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#release();
    this.#unlisten?.();
    this.#options.signal?.removeEventListener('abort', this.#abort);
    // What the guest left unread; after the end this does nothing.
    this.#request.body?.cancel();
    this.#finished?.resolve();
    this.#options.onFinished?.();
  }
}

/** A source that {@link Call.fail} can fail. */
export class GuardedSource implements ByteSource, FailableBody {
  readonly #source: ByteSource;
  #failed: { readonly reason: unknown } | undefined;
  #reject: ((reason: unknown) => void) | undefined;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  fail(reason: unknown): void {
    if (this.#failed !== undefined) return;
    this.#failed = { reason };
    this.#reject?.(reason);
    this.#source.cancel(reason);
  }
  read(max: number): ReturnType<ByteSource['read']> {
    if (this.#failed !== undefined) throw this.#failed.reason;
    const chunk = this.#source.read(max);
    if (!(chunk instanceof Promise)) return chunk;
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      chunk.then(resolve, reject);
    });
  }
  cancel(reason?: unknown): void {
    this.#source.cancel(reason);
  }
}

/** What a caller gets of a guest that answers with an error code. */
export function errorResponse(code: HttpErrorCode): HttpResponse {
  return { status: statusOfErrorCode(code), headers: [] };
}

export function asGuestFailure(failure: unknown): HostlingError {
  return asHostlingError(failure, 'guest-trap', 'the guest failed while it answered a request');
}
