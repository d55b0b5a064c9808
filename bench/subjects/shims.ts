import { checkAnswer } from './host-call.ts';

/** What a `wasi:http/handler` 0.3 component exports, as jco makes it. */
export interface Handler {
  handle(request: unknown): Promise<unknown>;
}

interface Request {
  setMethod(method: { tag: string }): void;
  setScheme(scheme: { tag: string }): void;
  setAuthority(authority: string): void;
  setPathWithQuery(path: string): void;
}
interface Response {
  getStatusCode(): number;
}

/** preview3-shim's classes of `wasi:http/types`. */
interface HttpTypes<Body, Future> {
  readonly Fields: new () => object;
  readonly Request: { readonly new: (headers: object, contents: Body | null | undefined, trailers: Future, options: null | undefined) => [Request, unknown] };
  readonly Response: { consumeBody(response: Response, received: Future): [Body, Future] };
}

/** What is used of the shim as Node has it. */
export interface NodeShim {
  readonly http: HttpTypes<object, FutureReader> & { readonly HttpServer: HttpServerClass };
  readonly stream: {
    readonly StreamReader: new (source: Iterable<Uint8Array>) => object;
    readableByteStreamFromReader(reader: object): AsyncIterable<Uint8Array>;
  };
  readonly future: { future(): { tx: { write(value: unknown): Promise<void> }; rx: FutureReader } };
}
type HttpServerClass = new (handler: { handle(request: unknown): Promise<unknown> }) => {
  on(event: 'error', listener: (failure: unknown) => void): void;
  listen(port: number, host: string): Promise<void>;
};
interface FutureReader {
  read(): Promise<unknown>;
}

/** What is used of it as pages have it. */
export interface PageShim {
  readonly http: { readonly types: HttpTypes<{ read(options: { count: number }): Promise<{ value?: Uint8Array; done: boolean }> }, Promise<unknown>> };
}

/** jco's output that is one instance, with the shim beside it. */
export interface SharedOutput extends NodeShim {
  readonly handler: Handler;
  /** Settles when the instance is there. */
  readonly $init?: Promise<void>;
}

const nothing = { tag: 'ok', val: undefined } as const;

function describe(request: Request): Request {
  request.setMethod({ tag: 'get' });
  request.setScheme({ tag: 'HTTP' });
  request.setAuthority('bench.example');
  request.setPathWithQuery('/');
  return request;
}

/** Calls a handler with a request made as the shim's own HTTP server makes it, and reads the response's body the way that server reads it. */
export function callOnNode({ http, stream, future }: NodeShim): (handler: Handler) => Promise<void> {
  const { Fields, Request, Response } = http;
  return async (handler) => {
    const sent = future.future();
    await sent.tx.write({ tag: 'ok', val: null });
    const [request] = Request.new(new Fields(), new stream.StreamReader([]), sent.rx, null);
    const response = (await handler.handle(describe(request))) as Response;
    const received = future.future();
    const [body, trailers] = Response.consumeBody(response, received.rx);
    let length = 0;
    for await (const chunk of stream.readableByteStreamFromReader(body)) length += chunk.length;
    // Without these two the guest's task never ends, and every call takes longer than the one before.
    await received.tx.write(nothing);
    await trailers.read();
    checkAnswer(response.getStatusCode(), length);
  };
}

/** The same with the shim's build for pages, which has no server: promises in place of its futures, and the guest's stream as it is. */
export function callInPage({ http }: PageShim): (handler: Handler) => Promise<void> {
  const { Fields, Request, Response } = http.types;
  return async (handler) => {
    const [request] = Request.new(new Fields(), undefined, Promise.resolve(nothing), undefined);
    const response = (await handler.handle(describe(request))) as Response;
    const [body, trailers] = Response.consumeBody(response, Promise.resolve(nothing));
    let length = 0;
    for (let over = false; !over;) {
      const { value, done } = await body.read({ count: 65_536 });
      length += value?.length ?? 0;
      over = done;
    }
    await trailers;
    checkAnswer(response.getStatusCode(), length);
  };
}
