import { fromGuestStream, HostFuture, type HostStream, receiveGuestFuture, toGuestStream, type ByteSource } from '../../engine/streams.ts';
import { err, type MaybePromise, ok, type Result } from '../../engine/values.ts';
import type { FieldList } from '../../http/message.ts';
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
  /** To be called once, after the source's end; `onFailure` hears that the message was broken off. Both may be called at once. */
  readTrailers(onList: (list: FieldList | undefined) => void, onFailure: (failure: unknown) => void): void;
  /** Tells the maker how it went; only the first call counts. */
  settle(result: Transmission): void;
  /** What the source belongs to when the host made the message. */
  readonly scope: InstanceScope | undefined;
}

const ignore = (): void => {};

/** The body of a message that a guest makes. */
export class GuestBody implements MessageBody {
  readonly source: ByteSource | undefined;
  readonly scope: undefined;
  /** Tells the guest how handing it on went. */
  readonly sent: HostFuture<Transmission> = new HostFuture();
  readonly #trailers: GuestTrailers;

  /**
   * @param contents `option<stream<u8>>`
   * @param trailers `future<result<option<trailers>, error-code>>`
   */
  constructor(contents: unknown, trailers: unknown) {
    this.#trailers = new GuestTrailers(trailers);
    this.source = contents === undefined ? undefined : new GuestContents(fromGuestStream(contents), this.#trailers);
  }

  readTrailers(onList: (list: FieldList | undefined) => void, onFailure: (failure: unknown) => void): void {
    this.#trailers.read(onList, onFailure);
  }
  settle(result: Transmission): void {
    this.sent.set(result);
  }
}

/** A guest's trailers. */
class GuestTrailers {
  readonly #future: unknown;
  #early: Promise<TrailersResult> | undefined;

  constructor(future: unknown) {
    this.#future = future;
  }

  /** Takes them before they are asked for. */
  takeEarly(): void {
    if (this.#early !== undefined) return;
    this.#early = new Promise((resolve, reject) => receiveGuestFuture(this.#future, resolve, reject));
    this.#early.catch(ignore);
  }
  read(onList: (list: FieldList | undefined) => void, onFailure: (failure: unknown) => void): void {
    const onResult = (result: TrailersResult): void => {
      if (result.tag === 'ok') onList(result.val?.freeze());
      else onFailure(new HttpOutError(result.val, 'the guest broke the message off'));
    };
    if (this.#early === undefined) receiveGuestFuture(this.#future, onResult, onFailure);
    else this.#early.then(onResult, onFailure);
  }
}

/** A guest's contents. Some guests give the trailers before they end these: whoever has to wait for contents takes the trailers meanwhile. */
class GuestContents implements ByteSource {
  readonly #source: ByteSource;
  readonly #trailers: GuestTrailers;

  constructor(source: ByteSource, trailers: GuestTrailers) {
    this.#source = source;
    this.#trailers = trailers;
  }
  read(max: number): MaybePromise<Uint8Array | undefined> {
    const chunk = this.#source.read(max);
    if (chunk instanceof Promise) this.#trailers.takeEarly();
    return chunk;
  }
  cancel(reason?: unknown): void {
    this.#source.cancel(reason);
  }
}

/** The body of a message that arrived. */
export class ArrivedBody implements MessageBody {
  readonly source: ByteSource | undefined;
  readonly scope: InstanceScope;
  readonly #trailers: Promise<FieldList | undefined> | undefined;

  constructor(source: ByteSource | undefined, trailers: Promise<FieldList | undefined> | undefined, scope: InstanceScope) {
    this.source = source;
    this.scope = scope;
    this.#trailers = trailers;
  }

  readTrailers(onList: (list: FieldList | undefined) => void, onFailure: (failure: unknown) => void): void {
    if (this.#trailers === undefined) onList(undefined);
    else this.#trailers.then(onList, onFailure);
  }
  settle(): void {}
}

/** Lets go of a body that nobody will read. The guest's futures are read all the same, for an unread one keeps its task alive. */
export function discardBody(body: MessageBody, why: HttpErrorCode): void {
  body.source?.cancel();
  body.readTrailers(ignore, ignore);
  body.settle(err(why));
}

/** Why a message that its maker dropped was not handed on. */
export const neverSent: HttpErrorCode = Object.freeze({ tag: 'internal-error', val: 'the message was dropped before it was sent' });

/** What `consume-body` answers: the stream, and the future that settles after the stream's end. */
export function consumeBody(body: MessageBody, result: unknown, kind: MessageKind): [stream: HostStream<Uint8Array>, trailers: HostFuture<TrailersResult>] {
  const consumed = new ConsumedBody(body, kind);
  // The guest says here whether it could deal with the body; an error ends the transfer.
  receiveGuestFuture<Transmission>(
    result,
    (outcome) => {
      body.settle(outcome);
      if (outcome.tag === 'err') body.source?.cancel(new HttpOutError(outcome.val, 'the guest gave the body up'));
    },
    () => body.settle(ok(undefined)),
  );
  return [toGuestStream(consumed), consumed.trailers];
}

/** A body while a guest reads it; its end brings the trailers. */
class ConsumedBody implements ByteSource {
  readonly trailers: HostFuture<TrailersResult> = new HostFuture();
  readonly #body: MessageBody;
  readonly #kind: MessageKind;
  readonly #release: (() => void) | undefined;
  #ended = false;

  constructor(body: MessageBody, kind: MessageKind) {
    this.#body = body;
    this.#kind = kind;
    if (body.source === undefined) this.#complete();
    else this.#release = body.scope?.hold(() => this.cancel());
  }

  read(max: number): MaybePromise<Uint8Array | undefined> {
    const { source } = this.#body;
    if (source === undefined) return undefined;
    let chunk: MaybePromise<Uint8Array | undefined>;
    try {
      chunk = source.read(max);
    } catch (failure) {
      return this.#failed(failure);
    }
    return chunk instanceof Promise ? chunk.then(this.#arrived, this.#failed) : this.#arrived(chunk);
  }
  cancel(): void {
    const { source } = this.#body;
    // Told first: the read under way answers "end" because of this call, which is not the body's end.
    if (source === undefined || this.#ended) return;
    this.#breakOff(httpError(this.#kind === 'response' ? 'HTTP-response-incomplete' : 'internal-error', `the ${this.#kind}'s body was dropped before its end`));
    source.cancel();
  }

  readonly #arrived = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
    if (chunk === undefined) this.#complete();
    return chunk;
  };
  readonly #failed = (failure: unknown): never => {
    this.#breakOff(failure);
    throw failure;
  };

  #complete(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#release?.();
    this.#body.readTrailers(
      (list) => this.trailers.set(ok(list === undefined ? undefined : Fields.incoming(list))),
      (failure) => this.trailers.set(err(errorCodeOf(failure))),
    );
  }
  #breakOff(failure: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#release?.();
    this.#body.readTrailers(ignore, ignore);
    this.trailers.set(err(errorCodeOf(failure)));
  }
}
