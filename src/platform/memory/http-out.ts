import type { HttpRequest, HttpResponse } from '../../core/http/message.ts';
import type { HttpOut } from '../../core/ports/http-out.ts';
import { asHttpOutError } from '../../core/wasi/http/error-code.ts';

/** Who answers a request. What it throws is what the request fails with. */
export type HttpAnswer = (request: HttpRequest, signal: AbortSignal) => HttpResponse | Promise<HttpResponse>;

/**
 * Outgoing HTTP that never leaves the program: `answer` is every server there is, and reads the request's body and trailers itself.
 */
export function createMemoryHttpOut(answer: HttpAnswer): HttpOut {
  return Object.freeze({
    trailers: true,
    async send(...[request, , signal]: Parameters<HttpOut['send']>): Promise<HttpResponse> {
      const aborted = Promise.withResolvers<never>();
      const abort = (): void => aborted.reject(signal.reason);
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
      aborted.promise.catch(() => undefined);
      try {
        return await Promise.race([answer(request, signal), aborted.promise]);
      } catch (failure) {
        request.body?.cancel(failure);
        throw asHttpOutError(failure);
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
  });
}
