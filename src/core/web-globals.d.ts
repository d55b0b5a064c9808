/**
 * The web-standard globals that every platform has. The core compiles against this list and nothing else, so a name that only one
 * platform knows is a compile error. Not emitted: programs that use hostling see their own platform's types under the same names.
 */
export {};

declare global {
  type BufferSource = ArrayBufferView | ArrayBuffer;

  interface AbortSignalEventMap {
    readonly once?: boolean;
  }
  interface AbortSignal {
    readonly aborted: boolean;
    readonly reason: unknown;
    throwIfAborted(): void;
    addEventListener(type: 'abort', listener: () => void, options?: AbortSignalEventMap): void;
    removeEventListener(type: 'abort', listener: () => void): void;
  }
  const AbortSignal: { abort(reason?: unknown): AbortSignal; any(signals: AbortSignal[]): AbortSignal };
  class AbortController {
    readonly signal: AbortSignal;
    abort(reason?: unknown): void;
  }

  class TextEncoder {
    encode(text?: string): Uint8Array<ArrayBuffer>;
    encodeInto(text: string, into: Uint8Array): { read: number; written: number };
  }
  class TextDecoder {
    constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
    decode(bytes?: BufferSource, options?: { stream?: boolean }): string;
  }

  class URLSearchParams {
    get(name: string): string | null;
    set(name: string, value: string): void;
  }
  class URL {
    constructor(url: string | URL, base?: string | URL);
    static canParse(url: string, base?: string): boolean;
    readonly href: string;
    readonly origin: string;
    readonly protocol: string;
    readonly host: string;
    readonly hostname: string;
    readonly port: string;
    readonly pathname: string;
    readonly search: string;
    readonly searchParams: URLSearchParams;
    readonly username: string;
    readonly password: string;
  }

  class Headers {
    constructor(init?: [string, string][] | Record<string, string> | Headers);
    append(name: string, value: string): void;
    get(name: string): string | null;
    has(name: string): boolean;
    set(name: string, value: string): void;
    forEach(each: (value: string, name: string) => void): void;
    getSetCookie(): string[];
    [Symbol.iterator](): IterableIterator<[string, string]>;
  }

  interface ReadableStreamReadResult<T> {
    readonly done: boolean;
    readonly value?: T | undefined;
  }
  interface ReadableStreamDefaultReader<T> {
    readonly closed: Promise<undefined>;
    read(): Promise<ReadableStreamReadResult<T>>;
    cancel(reason?: unknown): Promise<void>;
    releaseLock(): void;
  }
  interface ReadableStreamDefaultController<T> {
    readonly desiredSize: number | null;
    enqueue(chunk: T): void;
    close(): void;
    error(reason?: unknown): void;
  }
  interface UnderlyingDefaultSource<T> {
    start?(controller: ReadableStreamDefaultController<T>): void | PromiseLike<void>;
    pull?(controller: ReadableStreamDefaultController<T>): void | PromiseLike<void>;
    cancel?(reason?: unknown): void | PromiseLike<void>;
  }
  class ReadableStream<T = unknown> {
    constructor(source?: UnderlyingDefaultSource<T>, strategy?: { highWaterMark?: number });
    readonly locked: boolean;
    getReader(): ReadableStreamDefaultReader<T>;
    cancel(reason?: unknown): Promise<void>;
  }

  type BodyInit = ReadableStream<Uint8Array> | Uint8Array | ArrayBuffer | string;
  interface RequestInit {
    method?: string;
    headers?: Headers | [string, string][] | Record<string, string>;
    body?: BodyInit | null;
    signal?: AbortSignal | null;
    redirect?: 'error' | 'follow' | 'manual';
    credentials?: 'include' | 'omit' | 'same-origin';
    cache?: 'default' | 'no-store';
    duplex?: 'half';
  }
  interface ResponseInit {
    status?: number;
    statusText?: string;
    headers?: Headers | [string, string][] | Record<string, string>;
  }
  class Request {
    constructor(input: string | URL | Request, init?: RequestInit);
    readonly method: string;
    readonly url: string;
    readonly headers: Headers;
    readonly body: ReadableStream<Uint8Array> | null;
    readonly signal: AbortSignal;
    arrayBuffer(): Promise<ArrayBuffer>;
    text(): Promise<string>;
  }
  class Response {
    constructor(body?: BodyInit | null, init?: ResponseInit);
    readonly ok: boolean;
    readonly status: number;
    readonly statusText: string;
    readonly type: string;
    readonly url: string;
    readonly headers: Headers;
    readonly body: ReadableStream<Uint8Array> | null;
    arrayBuffer(): Promise<ArrayBuffer>;
    json(): Promise<unknown>;
    text(): Promise<string>;
  }

  function setTimeout(callback: () => void, delayMs?: number): unknown;
  function clearTimeout(timer: unknown): void;
  const performance: { now(): number; readonly timeOrigin: number };
  const crypto: {
    readonly subtle: { digest(algorithm: 'SHA-256', data: BufferSource): Promise<ArrayBuffer> };
    getRandomValues<T extends ArrayBufferView>(array: T): T;
    randomUUID(): string;
  };

  namespace WebAssembly {
    class Module {
      constructor(bytes: BufferSource);
      static imports(module: Module): { module: string; name: string; kind: string }[];
      static exports(module: Module): { name: string; kind: string }[];
      /** Keeps the class nominal: a compiled module is nothing else. */
      readonly [Symbol.toStringTag]: string;
    }
    class Instance {
      constructor(module: Module, imports?: Readonly<Record<string, unknown>>);
      readonly exports: Readonly<Record<string, unknown>>;
    }
    class CompileError extends Error {}
    class LinkError extends Error {}
    class RuntimeError extends Error {}
    /** Absent where core exceptions are not supported. */
    const Exception: (new (...args: never[]) => object) | undefined;
    class Memory {
      readonly buffer: ArrayBuffer;
    }
    class Table {
      readonly length: number;
      get(index: number): unknown;
      set(index: number, value: unknown): void;
    }
    class Global {
      value: unknown;
    }
    function compile(bytes: BufferSource): Promise<Module>;
    function instantiate(module: Module, imports?: Readonly<Record<string, unknown>>): Promise<Instance>;
    function validate(bytes: BufferSource): boolean;
  }
}
