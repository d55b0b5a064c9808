/** The parts of preview3-shim's Node build that are used; its own declarations are those of its browser build. */
declare module '@bytecodealliance/preview3-shim/http' {
  import type { FutureReader } from '@bytecodealliance/preview3-shim/future';
  import type { StreamReader } from '@bytecodealliance/preview3-shim/stream';
  export class Fields {}
  export class Request {
    static new(headers: Fields, contents: StreamReader | null, trailers: FutureReader, options: null): [Request, FutureReader];
    setMethod(method: { tag: string }): void;
    setScheme(scheme: { tag: string }): void;
    setAuthority(authority: string): void;
    setPathWithQuery(path: string): void;
  }
  export class Response {
    static consumeBody(response: Response, received: FutureReader): [StreamReader, FutureReader];
    getStatusCode(): number;
  }
  export class HttpServer {
    constructor(handler: { handle(request: unknown): Promise<unknown> });
    on(event: 'error', listener: (failure: unknown) => void): this;
    listen(port: number, host: string): Promise<void>;
  }
}
declare module '@bytecodealliance/preview3-shim/stream' {
  export class StreamReader {
    constructor(source: Iterable<Uint8Array>);
  }
  export function readableByteStreamFromReader(reader: StreamReader): AsyncIterable<Uint8Array>;
}
declare module '@bytecodealliance/preview3-shim/future' {
  export class FutureReader {
    read(): Promise<unknown>;
  }
  export function future(): { tx: { write(value: unknown): Promise<void> }; rx: FutureReader };
}
