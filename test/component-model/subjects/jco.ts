import { createJcoEngine } from '../../../src/core/engine/jco/engine.ts';
import type { TranspileOptions, Transpiler } from '../../../src/core/engine/jco/transpiler.ts';
import { createEngineSubject } from './engine.ts';
import type { Subject } from './subject.ts';

/**
 * The engine that generates code, as a reference. Two defects of its transpiler would hide everything that follows them: once it has
 * panicked it refuses all other components, so that another copy is loaded then; and for some components it writes an `export` inside
 * a function.
 */
export function createJcoSubject(): Subject {
  let copy = 0;
  const loadTranspiler = async (): Promise<Transpiler> => {
    const transpiler = (await import(`${import.meta.resolve('@bytecodealliance/jco-transpile/component')}?copy=${copy}`)) as Transpiler;
    const generate = (component: Uint8Array, options: TranspileOptions): { files: [string, Uint8Array][] } => {
      try {
        const { files } = transpiler.generate(component, options);
        return { files: files.map(([name, bytes]) => [name, name.endsWith('.js') ? withoutInnerExports(bytes) : bytes]) };
      } catch (failure) {
        if (failure instanceof WebAssembly.RuntimeError) copy++;
        throw failure;
      }
    };
    return { $init: transpiler.$init, generate };
  };
  return createEngineSubject(createJcoEngine({ loadTranspiler, nextTurn: (callback) => void setImmediate(callback) }));
}

function withoutInnerExports(source: Uint8Array): Uint8Array {
  return new TextEncoder().encode(new TextDecoder().decode(source).replaceAll(/^( +)export (?=const )/gm, '$1'));
}
