import { coreValueType } from './core-types.ts';
import type { Cursor } from './cursor.ts';
import { resultList, type ValueSyntax } from './types.ts';

/** The canonical options as they are written, with the indices of what they name. */
export interface OptionsSyntax {
  readonly at: number;
  encoding?: 'utf8' | 'utf16' | 'latin1+utf16';
  memory?: number;
  realloc?: number;
  'post-return'?: number;
  async?: true;
  callback?: number;
}

/** A canonical definition as it is written. */
export type CanonSyntax = { readonly at: number } & (
  | { readonly kind: 'lift'; readonly func: number; readonly options: OptionsSyntax; readonly type: number }
  | { readonly kind: 'lower'; readonly func: number; readonly options: OptionsSyntax }
  | { readonly kind: 'resource.new' | 'resource.drop' | 'resource.rep'; readonly type: number }
  | { readonly kind: BareKind }
  | { readonly kind: 'subtask.cancel'; readonly async: boolean }
  | { readonly kind: 'task.return'; readonly result?: ValueSyntax; readonly options: OptionsSyntax }
  | { readonly kind: 'context.get' | 'context.set'; readonly type: string; readonly slot: number }
  | { readonly kind: TypedKind; readonly type: number }
  | { readonly kind: CopyKind; readonly type: number; readonly options: OptionsSyntax }
  | { readonly kind: CancelKind; readonly type: number; readonly async: boolean }
  | { readonly kind: 'waitable-set.wait' | 'waitable-set.poll'; readonly memory: number }
  | { readonly kind: 'error-context.new' | 'error-context.debug-message'; readonly options: OptionsSyntax }
  | { readonly kind: 'thread'; readonly name: string; readonly params: number; readonly result: boolean; readonly type?: number; readonly table?: number }
);

export type BareKind =
  | 'task.cancel'
  | 'subtask.drop'
  | 'error-context.drop'
  | 'waitable-set.new'
  | 'waitable-set.drop'
  | 'waitable.join'
  | 'backpressure.inc'
  | 'backpressure.dec'
  | 'thread.yield';
export type TypedKind = 'stream.new' | 'stream.drop-readable' | 'stream.drop-writable' | 'future.new' | 'future.drop-readable' | 'future.drop-writable';
export type CopyKind = 'stream.read' | 'stream.write' | 'future.read' | 'future.write';
export type CancelKind = 'stream.cancel-read' | 'stream.cancel-write' | 'future.cancel-read' | 'future.cancel-write';

const bare: ReadonlyMap<number, BareKind> = new Map([
  [0x05, 'task.cancel'],
  [0x0d, 'subtask.drop'],
  [0x1e, 'error-context.drop'],
  [0x1f, 'waitable-set.new'],
  [0x22, 'waitable-set.drop'],
  [0x23, 'waitable.join'],
  [0x24, 'backpressure.inc'],
  [0x25, 'backpressure.dec'],
]);

const typed: ReadonlyMap<number, TypedKind> = new Map([
  [0x0e, 'stream.new'],
  [0x13, 'stream.drop-readable'],
  [0x14, 'stream.drop-writable'],
  [0x15, 'future.new'],
  [0x1a, 'future.drop-readable'],
  [0x1b, 'future.drop-writable'],
]);

const copies: ReadonlyMap<number, CopyKind> = new Map([
  [0x0f, 'stream.read'],
  [0x10, 'stream.write'],
  [0x16, 'future.read'],
  [0x17, 'future.write'],
]);

const cancels: ReadonlyMap<number, CancelKind> = new Map([
  [0x11, 'stream.cancel-read'],
  [0x12, 'stream.cancel-write'],
  [0x18, 'future.cancel-read'],
  [0x19, 'future.cancel-write'],
]);

/** Built-ins of cooperative threads that take a thread and answer whether they were cancelled. */
const switches: ReadonlyMap<number, string> = new Map([
  [0x2a, 'thread.suspend-then-resume'],
  [0x2b, 'thread.yield-then-resume'],
  [0x2c, 'thread.suspend-then-promote'],
  [0x2d, 'thread.yield-then-promote'],
]);

/** The place of the former `cancellable`, which must be 0. */
function notCancellable(cursor: Cursor): void {
  cursor.literal(0, 'no cancellable');
}

/** One entry of a canonical section. */
export function canonical(cursor: Cursor): CanonSyntax {
  const at = cursor.at;
  const opcode = cursor.u8('a canonical definition');
  const bareKind = bare.get(opcode);
  if (bareKind !== undefined) return { at, kind: bareKind };
  const typedKind = typed.get(opcode);
  if (typedKind !== undefined) return { at, kind: typedKind, type: typeIndex(cursor) };
  const copyKind = copies.get(opcode);
  if (copyKind !== undefined) return { at, kind: copyKind, type: typeIndex(cursor), options: options(cursor) };
  const cancelKind = cancels.get(opcode);
  if (cancelKind !== undefined) return { at, kind: cancelKind, type: typeIndex(cursor), async: cursor.flag('async') };
  switch (opcode) {
    case 0x00: {
      cursor.literal(0, 'the sort func');
      const func = cursor.u32('a core function index');
      return { at, kind: 'lift', func, options: options(cursor), type: typeIndex(cursor) };
    }
    case 0x01:
      cursor.literal(0, 'the sort func');
      return { at, kind: 'lower', func: cursor.u32('a function index'), options: options(cursor) };
    case 0x02:
      return { at, kind: 'resource.new', type: typeIndex(cursor) };
    case 0x03:
      return { at, kind: 'resource.drop', type: typeIndex(cursor) };
    case 0x04:
      return { at, kind: 'resource.rep', type: typeIndex(cursor) };
    case 0x06:
      return { at, kind: 'subtask.cancel', async: cursor.flag('async') };
    case 0x09:
      return { at, kind: 'task.return', ...resultList(cursor), options: options(cursor) };
    case 0x0a:
    case 0x0b:
      return { at, kind: opcode === 0x0a ? 'context.get' : 'context.set', type: coreValueType(cursor), slot: cursor.u32('a slot') };
    case 0x0c:
      notCancellable(cursor);
      return { at, kind: 'thread.yield' };
    case 0x1c:
    case 0x1d:
      return { at, kind: opcode === 0x1c ? 'error-context.new' : 'error-context.debug-message', options: options(cursor) };
    case 0x20:
    case 0x21:
      notCancellable(cursor);
      return { at, kind: opcode === 0x20 ? 'waitable-set.wait' : 'waitable-set.poll', memory: cursor.u32('a memory index') };
    default:
      return threads(cursor, opcode, at);
  }
}

/** The built-ins of threads, which are gated. */
function threads(cursor: Cursor, opcode: number, at: number): CanonSyntax {
  const thread = (name: string, params: number, result: boolean): CanonSyntax => ({ at, kind: 'thread', name, params, result });
  const change = switches.get(opcode);
  if (change !== undefined) {
    notCancellable(cursor);
    return thread(change, 1, true);
  }
  switch (opcode) {
    case 0x26:
      return thread('thread.index', 0, true);
    case 0x27:
      return {
        at,
        kind: 'thread',
        name: 'thread.new-indirect',
        params: 2,
        result: true,
        type: cursor.u32('a core type index'),
        table: cursor.u32('a table index'),
      };
    case 0x28:
      return thread('thread.resume-later', 1, false);
    case 0x29:
      notCancellable(cursor);
      return thread('thread.suspend', 0, true);
    case 0x40:
      cursor.flag('shared');
      return { at, kind: 'thread', name: 'thread.spawn-ref', params: 2, result: true, type: cursor.u32('a core type index') };
    case 0x41:
      cursor.flag('shared');
      return {
        at,
        kind: 'thread',
        name: 'thread.spawn-indirect',
        params: 2,
        result: true,
        type: cursor.u32('a core type index'),
        table: cursor.u32('a table index'),
      };
    case 0x42:
      cursor.flag('shared');
      return thread('thread.available-parallelism', 0, true);
    default:
      return cursor.fail(`a canonical definition (found opcode 0x${opcode.toString(16)})`, at);
  }
}

function typeIndex(cursor: Cursor): number {
  return cursor.u32('a type index');
}

const encodings = ['utf8', 'utf16', 'latin1+utf16'] as const;
const indexed: ReadonlyMap<number, 'memory' | 'realloc' | 'post-return' | 'callback'> = new Map([
  [0x03, 'memory'],
  [0x04, 'realloc'],
  [0x05, 'post-return'],
  [0x07, 'callback'],
]);

function options(cursor: Cursor): OptionsSyntax {
  const found: OptionsSyntax = { at: cursor.at };
  cursor.vec('option', () => {
    const at = cursor.at;
    const option = cursor.u8('an option');
    const key = indexed.get(option) ?? (option === 0x06 ? 'async' : option < 3 ? 'encoding' : cursor.fail('an option, 0 to 7', at));
    if (found[key] !== undefined) cursor.fail(`each option once (canonical option \`${key}\` is specified more than once or conflicts)`, at);
    if (key === 'async') found.async = true;
    else if (key === 'encoding') found.encoding = encodings[option] ?? 'utf8';
    else found[key] = cursor.u32('an index');
  });
  return found;
}
