/*
 * What crossing costs, in nanoseconds for one value: `node bench/micro-abi.ts [name]`. The best of several rounds, after a warm-up in which
 * every case ran, so that no closure knows one type only.
 */
import { createCodecs } from '../src/core/engine/abi/codecs.ts';
import type { AbiContext, CoreValue, Memory } from '../src/core/engine/abi/context.ts';
import { createSignature } from '../src/core/engine/abi/functions.ts';
import type { TypeDef, TypeIndex } from '../src/core/engine/plan/plan.ts';

/** What Node's types do not have as a value. */
const { Memory: CoreMemory } = (globalThis as unknown as { WebAssembly: { Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer } } })
  .WebAssembly;

class LiveMemory implements Memory {
  readonly #memory = new CoreMemory({ initial: 64 });
  #bytes = new Uint8Array(this.#memory.buffer);
  #view = new DataView(this.#memory.buffer);

  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#renew();
    return this.#bytes;
  }
  get view(): DataView {
    if (this.#bytes.length === 0) this.#renew();
    return this.#view;
  }
  #renew(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }
}

/** A guest whose realloc answers places in turn, and costs next to nothing. */
class BenchContext implements AbiContext {
  /** Codecs are used by themselves here, with no call that would begin to count anew. */
  readonly most = 2 ** 28;
  get left(): number {
    return Infinity;
  }
  set left(_bytes: number) {}
  readonly memory: Memory = new LiveMemory();
  readonly encoding = 'utf8';
  #first = 4096;
  #next = 4096;

  /** What was allocated so far is kept; what comes is used again and again. */
  keep(): void {
    this.#first = this.#next;
  }
  realloc(_old: number, _oldSize: number, align: number, size: number): number {
    this.#next = Math.ceil(this.#next / align) * align;
    if (this.#next + size > 2 ** 21) this.#next = Math.ceil(this.#first / align) * align;
    const pointer = this.#next;
    this.#next += size;
    return pointer;
  }
  liftOwn(_resource: number, handle: number): unknown {
    return handle;
  }
  lowerOwn(_resource: number, value: unknown): number {
    return value as number;
  }
  liftBorrow(_resource: number, handle: number): unknown {
    return handle;
  }
  lowerBorrow(_resource: number, value: unknown): number {
    return value as number;
  }
  liftStream(_type: number, handle: number): unknown {
    return handle;
  }
  lowerStream(_type: number, value: unknown): number {
    return value as number;
  }
  liftFuture(_type: number, handle: number): unknown {
    return handle;
  }
  lowerFuture(_type: number, value: unknown): number {
    return value as number;
  }
  liftErrorContext(handle: number): unknown {
    return handle;
  }
  lowerErrorContext(value: unknown): number {
    return value as number;
  }
}

const types: TypeDef[] = [];
const add = (type: TypeDef): TypeIndex => types.push(type) - 1;
const u8 = add({ kind: 'u8' });
const u16 = add({ kind: 'u16' });
const u32 = add({ kind: 'u32' });
const u64 = add({ kind: 'u64' });
const string = add({ kind: 'string' });
const bytes = add({ kind: 'list', element: u8 });
const numbers = add({ kind: 'list', element: u32 });
const strings = add({ kind: 'list', element: string });
const option = (some: TypeIndex): TypeIndex => add({ kind: 'option', some });
const record = (fields: Record<string, TypeIndex>): TypeIndex =>
  add({ kind: 'record', fields: Object.entries(fields).map(([name, type]) => ({ name, type })) });
const four = record({ 'some-name': u32, 'other-name': u64, 'is-there': add({ kind: 'bool' }), 'last-one': u16 });
const fieldSize = record({ 'field-name': option(string), 'field-size': option(u32) });
const payloads: Record<string, TypeIndex> = {
  'DNS-error': record({ rcode: option(string), 'info-code': option(u16) }),
  'TLS-alert-received': record({ 'alert-id': option(u8), 'alert-message': option(string) }),
  'HTTP-request-body-size': option(u64),
  'HTTP-request-header-section-size': option(u32),
  'HTTP-request-header-size': option(fieldSize),
  'HTTP-request-trailer-section-size': option(u32),
  'HTTP-request-trailer-size': fieldSize,
  'HTTP-response-header-section-size': option(u32),
  'HTTP-response-header-size': fieldSize,
  'HTTP-response-body-size': option(u64),
  'HTTP-response-trailer-section-size': option(u32),
  'HTTP-response-trailer-size': fieldSize,
  'HTTP-response-transfer-coding': option(string),
  'HTTP-response-content-coding': option(string),
  'internal-error': option(string),
};
const others =
  'DNS-timeout destination-not-found destination-unavailable destination-IP-prohibited destination-IP-unroutable connection-refused connection-terminated connection-timeout connection-read-timeout connection-write-timeout connection-limit-reached TLS-protocol-error TLS-certificate-error HTTP-request-denied HTTP-request-length-required HTTP-request-method-invalid HTTP-request-URI-invalid HTTP-request-URI-too-long HTTP-response-incomplete HTTP-response-timeout HTTP-upgrade-failed HTTP-protocol-error loop-detected configuration-error'.split(
    ' ',
  );
const errorCode = add({ kind: 'variant', cases: [...others.map((name) => ({ name })), ...Object.entries(payloads).map(([name, type]) => ({ name, type }))] });
const response = add({ kind: 'result', ok: add({ kind: 'own', resource: 0 }), err: errorCode });

const codecs = createCodecs(types);
const cx = new BenchContext();

interface Bench {
  readonly name: string;
  readonly run: (times: number) => unknown;
}

/** In: an argument for a guest. Out: the same value from it. */
function both(name: string, type: TypeIndex, value: unknown): Bench[] {
  const func = { async: false, params: [{ name: 'value', type }] };
  const lift = createSignature(codecs, func, 'lift');
  const lower = createSignature(codecs, func, 'lower');
  const args = [value];
  const core: readonly CoreValue[] = lift.lowerParams(cx, args);
  const codec = codecs(type);
  const pointer = cx.realloc(0, 0, codec.align, codec.size);
  codec.store(cx, value, pointer);
  const repeat =
    (step: () => unknown) =>
    (times: number): unknown => {
      let last: unknown;
      for (let i = 0; i < times; i++) last = step();
      return last;
    };
  return [
    { name: `${name} in`, run: repeat(() => lift.lowerParams(cx, args)) },
    { name: `${name} out`, run: repeat(() => lower.liftParams(cx, core)) },
    { name: `${name} stored`, run: repeat(() => codec.store(cx, value, pointer)) },
    { name: `${name} loaded`, run: repeat(() => codec.load(cx, pointer)) },
  ];
}

function twoIntegers(): Bench[] {
  const func = { async: false, params: ['a', 'b'].map((name) => ({ name, type: u32 })), result: u32 };
  const lift = createSignature(codecs, func, 'lift');
  const lower = createSignature(codecs, func, 'lower');
  const none = createSignature(codecs, { async: false, params: [] }, 'lift');
  const run =
    (step: (i: number) => unknown) =>
    (times: number): unknown => {
      let last: unknown;
      for (let i = 0; i < times; i++) last = step(i);
      return last;
    };
  return [
    { name: 'two integers in, result out', run: run((i) => lift.liftResult(cx, lift.lowerParams(cx, [i, 7])[0])) },
    { name: 'two integers out, result in', run: run((i) => lower.lowerResult(cx, lower.liftParams(cx, [i, 7])[0])) },
    { name: 'nothing in', run: run(() => none.lowerParams(cx, [])) },
  ];
}

const benches: Bench[] = [
  ...twoIntegers(),
  ...both('string of 8', string, 'abcdefgh'),
  ...both('string of 1 KB', string, 'x'.repeat(1024)),
  ...both('string of 1 KB, not ASCII', string, 'grün '.repeat(170)),
  ...both('record of 4', four, { someName: 1, otherName: 2n, isThere: true, lastOne: 3 }),
  ...both('list<u8> of 64 KB', bytes, new Uint8Array(65536)),
  ...both('list<u8> of 16', bytes, new Uint8Array(16)),
  ...both('list<u32> of 1000', numbers, new Uint32Array(1000)),
  ...both('list<u32> of 10', numbers, new Uint32Array(10)),
  ...both(
    'list<string> of 10',
    strings,
    Array.from({ length: 10 }, (_, i) => `header-${i}`),
  ),
  ...both('error-code without payload', errorCode, { tag: 'connection-refused' }),
  ...both('error-code with record', errorCode, { tag: 'DNS-error', val: { rcode: 'SERVFAIL', infoCode: 2 } }),
  ...both('result<own, error-code>', response, { tag: 'ok', val: 1 }),
];

cx.keep();
const wanted = process.argv[2] ?? '';
for (const { run } of benches) for (let i = 0; i < 20; i++) run(200);
for (const { name, run } of benches) {
  if (!name.includes(wanted)) continue;
  run(1000);
  let times = 100;
  let best = Infinity;
  for (let round = 0; round < 40; round++) {
    const start = performance.now();
    run(times);
    const spent = performance.now() - start;
    if (spent < 5) times *= 4;
    else best = Math.min(best, (spent * 1e6) / times);
  }
  process.stdout.write(`${best.toFixed(best < 100 ? 1 : 0).padStart(8)} ns  ${name}\n`);
}
