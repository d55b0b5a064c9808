import type { Imports } from '../../dist/core/engine/engine.js';
import { inspect } from '../../dist/core/engine/inspect.js';
import { sourceOf, toGuestStream } from '../../dist/core/engine/streams.js';
import type { Calls } from '../lib/calls.ts';
import { addCalls, echoCalls, type Exports, hostThatAnswers, type MakeStream, pipeCalls, sinkCalls, sourceCalls, workCalls } from './engine-calls.ts';
import { loadOutput } from './jco-output.ts';
import type { CreateSubject, Surroundings } from './subject.ts';

/** Who runs the component, and what is called. */
export interface EngineOptions {
  readonly side: 'own' | 'jco';
  readonly kind: EngineKind;
}

export type EngineKind = 'add' | 'string' | 'import-now' | 'import-later' | 'in' | 'in-later' | 'out' | 'out-into' | 'between';

/** One instance of a component without WASI, from hostling's engine or from jco's output. */
const create: CreateSubject<EngineOptions> = async (surroundings, { side, kind }) => {
  const imports = { 'demo:w/host': hostThatAnswers(kind === 'import-later') };
  if (side === 'jco') {
    const { instantiate } = await loadOutput(surroundings, 'jco', imports);
    return callsOf(kind, await instantiate(), jcoStream);
  }
  return callsOf(kind, await instantiateOwn(surroundings, imports), ownStream);
};

async function instantiateOwn({ platform, read }: Surroundings, imports: Imports): Promise<Exports> {
  const { engine, code } = platform();
  if (code === undefined) throw new Error('this platform loads no code');
  const bytes = await read('component.wasm');
  const component = await engine.load(await engine.prepare(bytes, inspect(bytes), 'a component of the bench', () => false), code);
  return (await component.instantiate(imports)).exports;
}

function callsOf(kind: EngineKind, exports: Exports, makeStream: MakeStream): Calls {
  switch (kind) {
    case 'add':
      return addCalls(exports);
    case 'string':
      return echoCalls(exports);
    case 'import-now':
    case 'import-later':
      return workCalls(exports);
    case 'in':
    case 'in-later':
      return sinkCalls(exports, makeStream, kind === 'in-later');
    case 'out':
      return sourceCalls(exports);
    case 'out-into':
      return sourceCalls(exports, new Uint8Array(65_536));
    case 'between':
      return pipeCalls(exports);
  }
}

/** As hostling's own implementations give streams to guests. */
const ownStream: MakeStream = (chunks, later) => {
  const source = sourceOf(...chunks);
  return toGuestStream(later ? { read: (max) => Promise.resolve(source.read(max)), cancel: () => source.cancel() } : source);
};

/** What jco's output takes chunk by chunk: a list, or what is iterated asynchronously. */
const jcoStream: MakeStream = (chunks, later) => (later ? iterate(chunks) : chunks);

async function* iterate(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

export default create;
