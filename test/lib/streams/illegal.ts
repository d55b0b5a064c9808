import { type Deed, elementTypes } from '../puppets.ts';
import type { End, Table, WaitSet } from './model.ts';

/** What must trap: why, what is done, and its arguments. */
export type Illegal = readonly [why: string, deed: Deed, x?: number, y?: number, z?: number];

const unknown = 999;
/** Aligned, and in bounds for one element but not for a hundred. */
const nearTheEnd = 0xfffe0;

/**
 * Everything that a puppet with these handles must not do.
 * @param waited on which sets somebody waits
 */
export function illegal(table: Table, waited: ReadonlySet<WaitSet>): Illegal[] {
  const { ends, sets } = table;
  return [
    ['there is no such handle', 'subtask.drop', unknown],
    ['there is no such handle', 'waitable.join', unknown, 0],
    ['there is no such handle', 'waitable-set.poll', unknown, 32],
    ['there is no such handle', 'stream.read/u8', unknown, 64, 1],
    ['handle 0 is never one', 'future.drop-readable/u8', 0],
    ['back-pressure is below none', 'backpressure.dec'],
    ['the call is synchronous', 'task.return', 1],
    ['the call is synchronous', 'task.cancel'],
    ...ends.flatMap(ofEnd),
    ...sets.flatMap((set) => ofSet(set, waited.has(set))),
  ];
}

function ofEnd(end: End): Illegal[] {
  const { handle, side, state, channel } = end;
  const { kind, type } = channel;
  const other = side === 'read' ? 'write' : 'read';
  const ending = side === 'read' ? 'readable' : 'writable';
  const otherType = elementTypes.find((one) => one !== type) ?? 'none';
  const found: Illegal[] = [
    ['an end is no subtask', 'subtask.cancel', handle],
    ['an end is no set', 'waitable-set.drop', handle],
    ['an end is no set', 'waitable.join', handle, handle],
    ['it is the other end', `${kind}.${other}/${type}`, handle, 4096, 1],
    ['it is the other end', `${kind}.drop-${side === 'read' ? 'writable' : 'readable'}/${type}`, handle],
    ['it is of another type', `${kind}.${side}/${otherType}`, handle, 4096, 1],
    ['it is of another type', `${kind}.drop-${ending}/${otherType}`, handle],
    ['it is of the other kind', kind === 'stream' ? `future.${side}/${type}` : `stream.${side}/${type}`, handle, 4096, 1],
  ];
  if (state !== 'copying') found.push(['nothing is to be cancelled', `${kind}.cancel-${side}/${type}`, handle]);
  if (state !== 'idle') found.push([`it is ${state}`, `${kind}.${side}/${type}`, handle, 4096, 1]);
  if (state === 'copying') found.push(['it is busy', `${kind}.drop-${ending}/${type}`, handle]);
  if (state === 'copying' && end.set !== undefined) found.push(['it is in a set', `${kind}.cancel-${side}/${type}`, handle]);
  if (kind === 'future' && side === 'write' && state !== 'done') found.push(['it was not written', `future.drop-writable/${type}`, handle]);
  if (state === 'idle' && type !== 'none') {
    if (type !== 'u8') found.push(['the pointer is not aligned', `${kind}.${side}/${type}`, handle, 4097, 1]);
    if (kind === 'stream') found.push(['the memory ends before', `stream.${side}/${type}`, handle, nearTheEnd, 100]);
  }
  return found;
}

function ofSet({ handle, members }: WaitSet, waited: boolean): Illegal[] {
  const found: Illegal[] = [
    ['a set is no end', 'stream.read/u8', handle, 4096, 1],
    ['a set is no waitable', 'waitable.join', handle, 0],
    ['the pointer is not aligned', 'waitable-set.poll', handle, 33],
  ];
  if (members.size > 0) found.push(['it has members', 'waitable-set.drop', handle]);
  if (waited) found.push(['somebody waits on it', 'waitable-set.drop', handle]);
  return found;
}
