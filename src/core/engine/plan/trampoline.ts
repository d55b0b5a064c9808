import type { Builtin, Options } from './definition.ts';
import { defined, type Frame } from './frame.ts';
import type { TypeTable } from './intern.ts';
import type { CanonOptions, CoreRef, Trampoline } from './plan.ts';

/** A built-in of a component instance, with what its indices stand for there. */
export function trampolineOf(builtin: Builtin, frame: Frame, types: TypeTable): Trampoline {
  const { instance } = frame;
  switch (builtin.kind) {
    case 'lower': {
      const callee = defined(frame.funcs[builtin.func]);
      return { instance, kind: 'lower', callee: callee.func, type: callee.type, options: canonOptions(builtin.options, frame) };
    }
    case 'resource.new':
    case 'resource.drop':
    case 'resource.rep':
      return { instance, kind: builtin.kind, resource: frame.resource(builtin.resource.id) };
    case 'task.return': {
      const result = builtin.result && { result: types.value(builtin.result, frame.resource) };
      return { instance, kind: builtin.kind, ...result, options: canonOptions(builtin.options, frame) };
    }
    case 'waitable-set.wait':
    case 'waitable-set.poll':
      return { instance, ...builtin, memory: defined(frame.core.memory[builtin.memory]) };
    case 'stream.new':
    case 'stream.drop-readable':
    case 'stream.drop-writable':
    case 'future.new':
    case 'future.drop-readable':
    case 'future.drop-writable':
      return { instance, kind: builtin.kind, type: types.value(builtin.type, frame.resource) };
    case 'stream.read':
    case 'stream.write':
    case 'future.read':
    case 'future.write':
      return { instance, kind: builtin.kind, type: types.value(builtin.type, frame.resource), options: canonOptions(builtin.options, frame) };
    case 'stream.cancel-read':
    case 'stream.cancel-write':
    case 'future.cancel-read':
    case 'future.cancel-write':
      return { instance, kind: builtin.kind, type: types.value(builtin.type, frame.resource), async: builtin.async };
    case 'error-context.new':
    case 'error-context.debug-message':
      return { instance, kind: builtin.kind, options: canonOptions(builtin.options, frame) };
    default:
      return { instance, ...builtin };
  }
}

/** The canonical options, with what their indices stand for. */
export function canonOptions({ encoding, memory, memory64, realloc, postReturn, callback, async }: Options, frame: Frame): CanonOptions {
  const func = (index: number): CoreRef => defined(frame.core.func[index]);
  return {
    encoding,
    ...(memory === undefined ? {} : { memory: defined(frame.core.memory[memory]) }),
    ...(memory64 ? { memory64 } : {}),
    ...(realloc === undefined ? {} : { realloc: func(realloc) }),
    ...(postReturn === undefined ? {} : { postReturn: func(postReturn) }),
    ...(callback === undefined ? {} : { callback: func(callback) }),
    async,
  };
}
