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
  'bad-guest': {
    exports: [
      'type | thing',
      'func | sum | sum',
      'func | string-bounds | string-bounds',
      'func | string-huge | string-huge',
      'func | string-utf8 | string-utf8',
      'func | string-cut | string-cut',
      'func | list-bounds | list-bounds',
      'func | list-align | list-align',
      'func | list-element | list-element',
      'func | char-surrogate | char-surrogate',
      'func | char-beyond | char-beyond',
      'func | enum-case | enum-case',
      'func | variant-case | variant-case',
      'func | option-case | option-case',
      'func | params-align | params-align',
      'func | params-bounds | params-bounds',
      'func | out-align | out-align',
      'func | out-bounds | out-bounds',
      'func | handle-unknown | handle-unknown',
      'func | handle-kind | handle-kind',
      'func | handle-type | handle-type',
      'func | own-twice | own-twice',
      'func | drop-twice | drop-twice',
      'func | drop-other | drop-other',
      'func | rep-kind | rep-kind',
      'func | return-in-sync | return-in-sync',
      'func | block-in-sync | block-in-sync',
      'func | backpressure-below | backpressure-below',
      'func | backpressure-over | backpressure-over',
      'func | cancel-alone | cancel-alone',
      'func | set-kind | set-kind',
      'func | poll-align | poll-align',
      'func | poll-bounds | poll-bounds',
      'func | join-kind | join-kind',
      'func | join-no-set | join-no-set',
      'func | set-members | set-members',
      'func | subtask-kind | subtask-kind',
      'func | subtask-running | subtask-running',
      'func | subtask-cancel-kind | subtask-cancel-kind',
      'func | subtask-cancel-twice | subtask-cancel-twice',
      'func | drop-lent | drop-lent',
      'func | give-and-lend | give-and-lend',
      'func | give-lent | give-lent',
      'func | stream-write-busy | stream-write-busy',
      'func | stream-read-busy | stream-read-busy',
      'func | stream-read-done | stream-read-done',
      'func | stream-write-done | stream-write-done',
      'func | stream-drop-busy | stream-drop-busy',
      'func | stream-wrong-end | stream-wrong-end',
      'func | stream-wrong-type | stream-wrong-type',
      'func | stream-count | stream-count',
      'func | stream-bounds | stream-bounds',
      'func | stream-align | stream-align',
      'func | stream-same-instance | stream-same-instance',
      'func | stream-cancel-idle | stream-cancel-idle',
      'func | stream-give-busy | stream-give-busy',
      'func | stream-give-in-set | stream-give-in-set',
      'func | stream-give-writable | stream-give-writable',
      'func | stream-give-done | stream-give-done',
      'func | stream-sync-in-set | stream-sync-in-set',
      'func | future-drop-unwritten | future-drop-unwritten',
      'func | future-read-twice | future-read-twice',
      'func | future-write-twice | future-write-twice',
      'func | future-drop-busy | future-drop-busy',
      'func | core-unreachable | core-unreachable',
      'func | core-bounds | core-bounds',
      'func | core-divide | core-divide',
      'func | core-stack | core-stack',
      'func | core-throw | core-throw',
      'func | core-table | core-table',
      'func | return-twice | async return-twice',
      'func | return-never | async return-never',
      'func | return-other | async return-other',
      'func | cancel-uncalled | async cancel-uncalled',
      'func | code-unknown | async code-unknown',
      'func | wait-on-nothing | async wait-on-nothing',
      'func | wait-on-thing | async wait-on-thing',
      'func | wait-for-ever | async wait-for-ever',
      'func | callback-unreachable | async callback-unreachable',
      'func | throw-later | async throw-later',
      'func | result-align | result-align',
      'func | result-bounds | result-bounds',
      'func | result-text | result-text',
      'func | result-case | result-case',
      'func | realloc-bounds | realloc-bounds',
      'func | realloc-align | realloc-align',
      'func | realloc-unreachable | realloc-unreachable',
      'func | realloc-leaves | realloc-leaves',
      'func | post-return-leaves | post-return-leaves',
      'func | keep | keep',
      'func | give-borrowed | give-borrowed',
    ],
    imports: [
      'instance | test:bad/host | take-string | take-list | take-strings | take-char | take-colour | take-shape | take-option | take-many | give-pair | take-own | take-both | take-stream | make | make-other | async lend | async start',
    ],
    unserved: ['test:bad/host'],
  },
  'bad-nested': {
    exports: [
      'func | crash-inside | crash-inside',
      'func | text-out | text-out',
      'func | text-in | text-in',
      'func | result-out | result-out',
    ],
    imports: [],
  },
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
  'gated-error-context': {
    exports: [
      'func | make | make',
      'func | read | read',
      'func | pass | pass',
      'func | read-at-end | read-at-end',
      'func | drop-twice | drop-twice',
    ],
    imports: [],
  },
  'gated-memory64': {
    exports: [
      'func | join | join',
      'func | count | async count',
      'func | poll | poll',
      'func | poll-far | poll-far',
    ],
    imports: [
      'instance | test:gated/host | join',
    ],
    unserved: ['test:gated/host'],
  },
  'gated-stackful': {
    exports: [
      'func | call | async call',
      'func | set | async set',
      'func | turns | async turns',
      'func | sum | async sum',
      'func | nothing | async nothing',
      'func | alone | async alone',
    ],
    imports: [
      'instance | demo:w/host | async wait',
    ],
    unserved: ['demo:w/host'],
  },
  'gated-threads': {
    exports: [
      'func | add | add',
      'func | spawn | spawn',
    ],
    imports: [],
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
  'link-channels': {
    exports: [
      'instance | test:link/channels@1.0.0 | async count | async sum | async later | async later-or | async pass | async pass-all | async pass-deep | taken',
    ],
    imports: [],
  },
  'link-channels-user': {
    exports: [
      'func | total | async total',
      'func | forget | async forget',
      'instance | test:link/channels@1.0.0 | async count | async sum | async later | async later-or | async pass | async pass-all | async pass-deep | taken',
    ],
    imports: [
      'instance | test:link/channels@1.0.0 | async count | async sum | async later | async later-or | async pass | async pass-all | async pass-deep | taken',
    ],
    unserved: ['test:link/channels@1.0.0'],
  },
  'link-doubler': {
    exports: [
      'type | counter',
      'func | [constructor]counter | [constructor]counter',
      'func | [method]counter.next | [method]counter.next',
      'func | double | double',
    ],
    imports: [
      'func | base | base',
    ],
    unserved: ['base'],
  },
  'link-methods': {
    exports: [
      'instance | test:link/more-items@1.0.0 | [method]item.get | [method]item.twice | [static]item.largest',
      'instance | test:link/same-items@1.0.0 | [method]item.get',
    ],
    imports: [
      'instance | test:link/items@1.0.0 | [method]item.get',
    ],
    unserved: ['test:link/items@1.0.0'],
  },
  'link-methods-user': {
    exports: [
      'type | item',
      'func | all | all',
    ],
    imports: [
      'instance | test:link/items@1.0.0',
      'instance | test:link/more-items@1.0.0 | [method]item.get | [method]item.twice | [static]item.largest',
    ],
    unserved: ['test:link/items@1.0.0', 'test:link/more-items@1.0.0'],
  },
  'link-parts': {
    exports: [
      'module | the-answer',
      'module | three',
      'module | misfit',
      'module | wide',
      'instance | test:link/mods@1.0.0',
      'instance | outer',
      'func | base | base',
    ],
    imports: [],
  },
  'link-parts-user': {
    exports: [
      'func | from-nested | from-nested',
      'func | from-component | from-component',
      'func | from-module | from-module',
      'func | from-interface | from-interface',
      'func | count-up | count-up',
    ],
    imports: [
      'module | the-answer',
      'instance | test:link/mods@1.0.0',
      'instance | outer',
      'component | doubler',
    ],
    unserved: ['the-answer', 'test:link/mods@1.0.0', 'outer', 'doubler'],
  },
  'link-steps': {
    exports: [
      'func | take | take',
      'func | make | make',
      'func | read | read',
      'func | write | write',
      'func | cancel-read | cancel-read',
      'func | cancel-write | cancel-write',
      'func | take-later | take-later',
      'func | make-later | make-later',
      'func | read-later | read-later',
      'func | write-later | write-later',
      'func | cancel-later | cancel-later',
      'func | outcome | outcome',
      'func | units-in-set | units-in-set',
    ],
    imports: [],
  },
  'link-things': {
    exports: [
      'instance | test:link/things@1.0.0 | [constructor]thing | [method]thing.get | async [method]thing.add | [static]thing.parse | [static]thing.join | peek | consume | many | perhaps | live',
    ],
    imports: [],
  },
  'link-things-user': {
    exports: [
      'instance | use-things | round | make | take | look | async add-later | many | perhaps | parse | keep | twice | async drop-lent',
    ],
    imports: [
      'instance | test:link/things@1.0.0 | [constructor]thing | [method]thing.get | async [method]thing.add | [static]thing.parse | [static]thing.join | peek | consume | many | perhaps',
    ],
    unserved: ['test:link/things@1.0.0'],
  },
  'link-values': {
    exports: [
      'func | add | add',
      'instance | test:link/values@1.0.0 | echo | async echo-later | divide | async divide-later | nothing | crash | async crash-later | async never | cancelled',
    ],
    imports: [],
  },
  'link-values-user': {
    exports: [
      'func | add-twice | add-twice',
      'func | give-up | async give-up',
      'instance | test:link/values@1.0.0 | echo | async echo-later | divide | async divide-later | nothing | crash | async crash-later | async never | cancelled',
    ],
    imports: [
      'instance | test:link/values@1.0.0 | echo | async echo-later | divide | async divide-later | nothing | crash | async crash-later | async never | cancelled',
      'func | add | add',
    ],
    unserved: ['test:link/values@1.0.0', 'add'],
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
  'wat-tally': {
    exports: [
      'instance | test:tally/count@1.0.0 | next',
    ],
    imports: [],
  },
  'wat-teller': {
    exports: [
      'instance | wasi:http/incoming-handler@0.2.12 | handle',
    ],
    imports: [
      'instance | test:tally/count@1.0.0 | next',
      'instance | wasi:io/error@0.2.12',
      'instance | wasi:io/streams@0.2.12 | [method]output-stream.blocking-write-and-flush',
      'instance | wasi:http/types@0.2.12 | [constructor]fields | [static]response-outparam.set | [constructor]outgoing-response | [method]outgoing-response.body | [method]outgoing-body.write | [static]outgoing-body.finish',
    ],
    unserved: ['test:tally/count@1.0.0'],
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
