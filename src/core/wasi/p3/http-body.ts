import { fromGuestFuture, fromGuestStream, sourceOf, toGuestFuture, toGuestStream, type ByteSource } from '../../engine/streams.ts';
import { err, ok, type Result } from '../../engine/values.ts';
import type { FieldList } from '../../http/message.ts';
import { watchSource, type SourceEnd } from '../../http/source.ts';
import { HttpOutError, type HttpErrorCode } from '../../ports/http-out.ts';
import { errorCodeOf, httpError } from '../http/error-code.ts';
import type { MessageKind } from '../http/length.ts';
import type { InstanceScope } from '../scope.ts';
import { Fields } from './http-fields.ts';

/** `result<_, error-code>`: how handing a message on went. */
export type Transmission = Result<undefined, HttpErrorCode>;
/** `result<option<trailers>, error-code>` */
export type TrailersResult = Result<Fields | undefined, HttpErrorCode>;

/** The body of a request or response, whoever made it. It belongs to whoever takes the message: another guest call or the host. */
export interface MessageBody {
  /** Absent when the message has no body. */
  readonly source: ByteSource | undefined;
  /** To be called once, after the source's end; rejects when the message was broken off. */
  trailers(): Promise<FieldList | undefined>;
  /** Tells the maker how it went; only the first call counts. */
  settle(result: Transmission): void;
  /** What the source belongs to when the host made the message. */
  readonly scope: InstanceScope | undefined;
}

/** The body of a message that a guest makes, and the future that tells the guest how handing it on went. */
export function guestBody(contents: unknown, trailers: unknown): { body: MessageBody; sent: Promise<Transmission> } {
  const { promise, resolve } = Promise.withResolvers<Transmission>();
  const body: MessageBody = {
    source: contents === undefined ? undefined : fromGuestStream(contents),
    async trailers() {
      const result = await fromGuestFuture<TrailersResult>(trailers);
      if (result.tag === 'err') throw new HttpOutError(result.val, 'the guest broke the message off');
      return result.val?.freeze();
    },
    settle: resolve,
    scope: undefined,
  };
  return { body, sent: promise };
}

/** The body of a message that arrived. */
export function hostBody(source: ByteSource | undefined, trailers: Promise<FieldList | undefined> | undefined, scope: InstanceScope): MessageBody {
  return { source, trailers: () => trailers ?? Promise.resolve(undefined), settle() {}, scope };
}

/** Lets go of a body that nobody will read. The guest's futures are read all the same, for an unread one keeps its task alive. */
export function discardBody(body: MessageBody, why: HttpErrorCode): void {
  body.source?.cancel();
  body.trailers().catch(() => undefined);
  body.settle(err(why));
}

/** Why a message that its maker dropped was not handed on. */
export const neverSent: HttpErrorCode = Object.freeze({ tag: 'internal-error', val: 'the message was dropped before it was sent' });

/** What `consume-body` answers: the stream, and the future that settles after the stream's end. */
export function consumeBody(
  body: MessageBody,
  result: unknown,
  kind: MessageKind,
): [stream: AsyncIterableIterator<Uint8Array>, trailers: Promise<TrailersResult>] {
  const { source } = body;
  // The guest says here whether it could deal with the body; an error ends the transfer.
  fromGuestFuture<Transmission>(result).then(
    (outcome) => {
      body.settle(outcome);
      if (outcome.tag === 'err') source?.cancel(new HttpOutError(outcome.val, 'the guest gave the body up'));
    },
    () => body.settle(ok(undefined)),
  );
  const ended = Promise.withResolvers<SourceEnd>();
  if (source === undefined) ended.resolve({ how: 'complete' });
  const trailers = ended.promise.then(async (end): Promise<TrailersResult> => {
    if (end.how === 'complete') {
      const list = await body.trailers();
      return ok(list === undefined ? undefined : Fields.incoming(list));
    }
    body.trailers().catch(() => undefined);
    throw end.how === 'failed' ? end.failure : notRead(kind);
  });
  let release: (() => void) | undefined;
  const watched = watchSource(source ?? sourceOf(), (end) => {
    release?.();
    ended.resolve(end);
  });
  if (source !== undefined) release = body.scope?.hold((reason) => watched.cancel(reason));
  return [toGuestStream(watched), toGuestFuture(trailers, (failure) => err(errorCodeOf(failure)))];
}

function notRead(kind: MessageKind): HttpOutError {
  return httpError(kind === 'response' ? 'HTTP-response-incomplete' : 'internal-error', `the ${kind}'s body was dropped before its end`);
}
