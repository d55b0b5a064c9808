/** What a guest imports and exports: kind, name and functions of each, in the order in which the component has them. */
export interface GuestInterface {
  readonly exports: readonly string[];
  readonly imports?: readonly string[];
  /** In place of `imports` where the functions are whatever the guest's toolchain uses. */
  readonly importNames?: readonly string[];
  readonly unserved?: readonly string[];
}

/** Every guest that is a component. */
export const guestInterfaces: Readonly<Record<string, GuestInterface>> = {
  'cat-p2': {
    exports: [
      'func | init | init',
      'instance | wasi:cli/run@0.2.12 | run',
    ],
    importNames: [
      'wasi:cli/environment@0.2.12',
      'wasi:cli/exit@0.2.12',
      'wasi:io/error@0.2.12',
      'wasi:io/poll@0.2.12',
      'wasi:io/streams@0.2.12',
      'wasi:cli/stdin@0.2.12',
      'wasi:cli/stdout@0.2.12',
      'wasi:cli/stderr@0.2.12',
      'wasi:cli/terminal-input@0.2.12',
      'wasi:cli/terminal-output@0.2.12',
      'wasi:cli/terminal-stdin@0.2.12',
      'wasi:cli/terminal-stdout@0.2.12',
      'wasi:cli/terminal-stderr@0.2.12',
      'wasi:clocks/monotonic-clock@0.2.12',
      'wasi:clocks/wall-clock@0.2.12',
      'wasi:filesystem/types@0.2.12',
      'wasi:filesystem/preopens@0.2.12',
      'wasi:random/insecure-seed@0.2.12',
    ],
  },
  'cat-p3': {
    exports: [
      'func | init | init',
      'instance | wasi:cli/run@0.3.0 | async run',
    ],
    importNames: [
      'wasi:cli/environment@0.2.12',
      'wasi:cli/exit@0.2.12',
      'wasi:io/error@0.2.12',
      'wasi:io/poll@0.2.12',
      'wasi:io/streams@0.2.12',
      'wasi:cli/stdin@0.2.12',
      'wasi:cli/stdout@0.2.12',
      'wasi:cli/stderr@0.2.12',
      'wasi:cli/terminal-input@0.2.12',
      'wasi:cli/terminal-output@0.2.12',
      'wasi:cli/terminal-stdin@0.2.12',
      'wasi:cli/terminal-stdout@0.2.12',
      'wasi:cli/terminal-stderr@0.2.12',
      'wasi:clocks/monotonic-clock@0.2.12',
      'wasi:clocks/wall-clock@0.2.12',
      'wasi:filesystem/types@0.2.12',
      'wasi:filesystem/preopens@0.2.12',
      'wasi:random/insecure-seed@0.2.12',
      'wasi:cli/environment@0.3.0',
      'wasi:cli/exit@0.3.0',
      'wasi:cli/types@0.3.0',
      'wasi:cli/stdin@0.3.0',
      'wasi:cli/stdout@0.3.0',
      'wasi:cli/stderr@0.3.0',
    ],
  },
  'hello-p2': {
    exports: [
      'instance | wasi:http/incoming-handler@0.2.12 | handle',
    ],
    importNames: [
      'wasi:cli/environment@0.2.12',
      'wasi:io/error@0.2.12',
      'wasi:io/poll@0.2.12',
      'wasi:io/streams@0.2.12',
      'wasi:clocks/wall-clock@0.2.12',
      'wasi:filesystem/types@0.2.12',
      'wasi:filesystem/preopens@0.2.12',
      'wasi:clocks/monotonic-clock@0.2.12',
      'wasi:random/random@0.2.12',
      'wasi:cli/stdout@0.2.12',
      'wasi:cli/stderr@0.2.12',
      'wasi:cli/stdin@0.2.12',
      'wasi:http/types@0.2.12',
      'wasi:http/outgoing-handler@0.2.12',
      'wasi:cli/terminal-input@0.2.12',
      'wasi:cli/terminal-output@0.2.12',
      'wasi:cli/terminal-stdin@0.2.12',
      'wasi:cli/terminal-stdout@0.2.12',
      'wasi:cli/terminal-stderr@0.2.12',
    ],
  },
  'hello-p3': {
    exports: [
      'func | init | init',
      'instance | wasi:http/handler@0.3.0 | async handle',
    ],
    importNames: [
      'wasi:cli/environment@0.2.12',
      'wasi:cli/exit@0.2.12',
      'wasi:io/error@0.2.12',
      'wasi:io/poll@0.2.12',
      'wasi:io/streams@0.2.12',
      'wasi:cli/stdin@0.2.12',
      'wasi:cli/stdout@0.2.12',
      'wasi:cli/stderr@0.2.12',
      'wasi:cli/terminal-input@0.2.12',
      'wasi:cli/terminal-output@0.2.12',
      'wasi:cli/terminal-stdin@0.2.12',
      'wasi:cli/terminal-stdout@0.2.12',
      'wasi:cli/terminal-stderr@0.2.12',
      'wasi:clocks/monotonic-clock@0.2.12',
      'wasi:clocks/wall-clock@0.2.12',
      'wasi:filesystem/types@0.2.12',
      'wasi:filesystem/preopens@0.2.12',
      'wasi:random/insecure-seed@0.2.12',
      'wasi:clocks/types@0.3.0',
      'wasi:http/types@0.3.0',
      'wasi:cli/environment@0.3.0',
      'wasi:clocks/system-clock@0.3.0',
      'wasi:random/random@0.3.0',
    ],
  },
  'puppet': {
    exports: [
      'instance | p2 | run | async stack | async task | poke | peek | give-stream-none | take-stream-none | give-future-none | take-future-none | give-stream-u8 | take-stream-u8 | give-future-u8 | take-future-u8 | give-stream-u32 | take-stream-u32 | give-future-u32 | take-future-u32 | give-stream-string | take-stream-string | give-future-string | take-future-string | give-stream-tuple | take-stream-tuple | give-future-tuple | take-future-tuple',
      'instance | p1 | run | async stack | async task | poke | peek | give-stream-none | take-stream-none | give-future-none | take-future-none | give-stream-u8 | take-stream-u8 | give-future-u8 | take-future-u8 | give-stream-u32 | take-stream-u32 | give-future-u32 | take-future-u32 | give-stream-string | take-stream-string | give-future-string | take-future-string | give-stream-tuple | take-stream-tuple | give-future-tuple | take-future-tuple',
      'instance | p0 | run | async stack | async task | poke | peek | give-stream-none | take-stream-none | give-future-none | take-future-none | give-stream-u8 | take-stream-u8 | give-future-u8 | take-future-u8 | give-stream-u32 | take-stream-u32 | give-future-u32 | take-future-u32 | give-stream-string | take-stream-string | give-future-string | take-future-string | give-stream-tuple | take-stream-tuple | give-future-tuple | take-future-tuple',
    ],
    imports: [
      'instance | test:puppet/host | next',
      'instance | test:puppet/child | run | async task | async stack',
    ],
    unserved: ['test:puppet/host', 'test:puppet/child'],
  },
  'stream-p3': {
    exports: [
      'func | init | init',
      'func | upper | async upper',
      'func | sum | async sum',
      'func | words | async words',
      'func | pass | async pass',
      'func | hear | async hear',
      'func | ask | async ask',
      'func | fail | async fail',
      'instance | test:stream-p3/counters | [constructor]counter | [method]counter.next | async [method]counter.add | [static]counter.of | peek',
    ],
    importNames: [
      'wasi:cli/environment@0.2.12',
      'wasi:cli/exit@0.2.12',
      'wasi:io/error@0.2.12',
      'wasi:io/poll@0.2.12',
      'wasi:io/streams@0.2.12',
      'wasi:cli/stdin@0.2.12',
      'wasi:cli/stdout@0.2.12',
      'wasi:cli/stderr@0.2.12',
      'wasi:cli/terminal-input@0.2.12',
      'wasi:cli/terminal-output@0.2.12',
      'wasi:cli/terminal-stdin@0.2.12',
      'wasi:cli/terminal-stdout@0.2.12',
      'wasi:cli/terminal-stderr@0.2.12',
      'wasi:clocks/monotonic-clock@0.2.12',
      'wasi:clocks/wall-clock@0.2.12',
      'wasi:filesystem/types@0.2.12',
      'wasi:filesystem/preopens@0.2.12',
      'wasi:random/insecure-seed@0.2.12',
      'demo:w/later',
    ],
    unserved: ['demo:w/later'],
  },
  'wat-async': {
    exports: [
      'func | work | async work',
    ],
    imports: [
      'instance | demo:w/host | async wait',
    ],
    unserved: ['demo:w/host'],
  },
  'wat-counter': {
    exports: [
      'instance | wasi:http/incoming-handler@0.2.12 | handle',
    ],
    imports: [
      'instance | wasi:io/error@0.2.12',
      'instance | wasi:io/streams@0.2.12 | [method]output-stream.blocking-write-and-flush',
      'instance | wasi:http/types@0.2.12 | [constructor]fields | [static]response-outparam.set | [constructor]outgoing-response | [method]outgoing-response.body | [method]outgoing-body.write | [static]outgoing-body.finish',
    ],
  },
  'wat-drops-p2': {
    exports: [
      'instance | wasi:http/incoming-handler@0.2.12 | handle',
    ],
    imports: [
      'instance | wasi:http/types@0.2.12 | [static]fields.from-list | [method]incoming-request.path-with-query | [static]response-outparam.set | [constructor]outgoing-response',
    ],
  },
  'wat-exit': {
    exports: [
      'instance | wasi:cli/run@0.2.12 | run',
    ],
    imports: [
      'instance | wasi:cli/exit@0.2.12 | exit',
    ],
  },
  'wat-http-p2': {
    exports: [
      'instance | wasi:http/incoming-handler@0.2.12 | handle',
    ],
    imports: [
      'instance | wasi:io/error@0.2.12',
      'instance | wasi:io/streams@0.2.12 | [method]output-stream.blocking-write-and-flush',
      'instance | wasi:http/types@0.2.12 | [static]fields.from-list | [static]response-outparam.set | [constructor]outgoing-response | [method]outgoing-response.body | [method]outgoing-body.write | [static]outgoing-body.finish',
    ],
  },
  'wat-http-p3': {
    exports: [
      'instance | wasi:http/handler@0.3.0 | async handle',
    ],
    imports: [
      'instance | wasi:http/types@0.3.0 | [static]fields.from-list | [static]response.new',
    ],
  },
  'wat-http-p3-client': {
    exports: [
      'instance | wasi:http/handler@0.3.0 | async handle',
    ],
    imports: [
      'instance | wasi:http/types@0.3.0 | [constructor]fields | [static]request.new | [method]request.get-path-with-query | [method]request.set-path-with-query | [method]request.set-scheme | [method]request.set-authority',
      'instance | wasi:http/client@0.3.0 | async send',
    ],
  },
  'wat-memory': {
    exports: [
      'instance | wasi:http/incoming-handler@0.2.12 | handle',
    ],
    imports: [
      'instance | wasi:io/error@0.2.12',
      'instance | wasi:io/streams@0.2.12 | [method]output-stream.blocking-write-and-flush',
      'instance | wasi:http/types@0.2.12 | [constructor]fields | [static]response-outparam.set | [constructor]outgoing-response | [method]outgoing-response.body | [method]outgoing-body.write | [static]outgoing-body.finish',
    ],
  },
  'wat-spin': {
    exports: [
      'instance | wasi:cli/run@0.2.12 | run',
    ],
    imports: [],
  },
  'wat-sync': {
    exports: [
      'func | add | add',
    ],
    imports: [],
  },
  'wat-traces-p2': {
    exports: [
      'instance | wasi:http/incoming-handler@0.2.12 | handle',
    ],
    imports: [
      'instance | wasi:io/poll@0.2.12',
      'instance | wasi:clocks/monotonic-clock@0.2.12 | subscribe-duration',
      'instance | wasi:io/streams@0.2.12',
      'instance | wasi:http/types@0.2.12 | [constructor]fields | [static]fields.from-list | [method]incoming-request.path-with-query | [method]incoming-request.consume | [static]response-outparam.set | [method]incoming-body.stream | [constructor]outgoing-response | [method]outgoing-response.body | [method]outgoing-body.write',
      'instance | wasi:filesystem/types@0.2.12',
      'instance | wasi:filesystem/preopens@0.2.12 | get-directories',
    ],
  },
  'wat-traces-p3': {
    exports: [
      'instance | wasi:http/handler@0.3.0 | async handle',
    ],
    imports: [
      'instance | wasi:clocks/types@0.3.0',
      'instance | wasi:http/types@0.3.0 | [constructor]fields | [static]fields.from-list | [method]request.get-path-with-query | [static]response.new',
      'instance | wasi:clocks/monotonic-clock@0.3.0 | async wait-for',
      'instance | wasi:cli/types@0.3.0',
      'instance | wasi:cli/stdin@0.3.0 | read-via-stream',
    ],
  },
  'wat-trap': {
    exports: [
      'instance | wasi:http/incoming-handler@0.2.12 | handle',
    ],
    imports: [
      'instance | wasi:http/types@0.2.12',
    ],
  },
  'wat-trap-run': {
    exports: [
      'instance | wasi:cli/run@0.2.12 | run',
    ],
    imports: [],
  },
  'wat-unknown-import': {
    exports: [
      'instance | wasi:cli/run@0.2.12 | run',
    ],
    imports: [
      'instance | acme:missing/thing@1.2.3 | use-it',
    ],
    unserved: ['acme:missing/thing@1.2.3'],
  },
};
