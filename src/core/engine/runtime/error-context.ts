import { pointersOf } from '../abi/pointers.ts';
import { loadText, stringCodec } from '../abi/strings.ts';
import { messageOf } from '../../errors.ts';
import type { CanonOptions } from '../plan/plan.ts';
import { trap } from '../trap.ts';
import type { ComponentInstance } from './instance.ts';
import type { Side } from './side.ts';
import type { Builtin } from './trampoline.ts';

/** An error context: a message for people that travels with a failure. (CanonicalABI, "error-context") */
export class ErrorContext {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** What a host gives for one: any error will do, or a text. */
export function errorContextOf(value: unknown): ErrorContext {
  return value instanceof ErrorContext ? value : new ErrorContext(messageOf(value));
}

/** `error-context.new`. The message is kept as it is, which the definition leaves open. */
export function newErrorContext({ memory64 }: CanonOptions, instance: ComponentInstance, side: Side): Builtin {
  const { fromCore, lengthFromCore } = pointersOf(memory64);
  return (pointer, length) => {
    instance.checkLeave();
    side.left = side.most;
    return instance.handles.add(new ErrorContext(loadText(side, fromCore(pointer), lengthFromCore(length))));
  };
}

/** `error-context.debug-message` */
export function debugMessage({ memory64 }: CanonOptions, instance: ComponentInstance, side: Side): Builtin {
  const pointers = pointersOf(memory64);
  const text = stringCodec(pointers, false);
  return (handle, target) => {
    instance.checkLeave();
    const { message } = errorContextAt(instance, Number(handle) >>> 0);
    const pointer = pointers.fromCore(target);
    if (pointer % text.align !== 0 || pointer + text.size > side.memory.bytes.length) trap('invalid debug message pointer');
    text.store(side, message, pointer);
    return undefined;
  };
}

/** `error-context.drop` */
export function dropErrorContext(instance: ComponentInstance): Builtin {
  return (handle) => {
    instance.checkLeave();
    errorContextAt(instance, Number(handle) >>> 0);
    instance.handles.remove(Number(handle) >>> 0);
    return undefined;
  };
}

/** Looks a handle up. */
export function errorContextAt(instance: ComponentInstance, handle: number): ErrorContext {
  const entry = instance.handles.get(handle);
  return entry instanceof ErrorContext ? entry : trap(`handle index ${handle} used with the wrong type, expected an error context`);
}
