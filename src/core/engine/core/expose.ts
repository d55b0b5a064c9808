import { skipConstant } from '../binary/core-constants.ts';
import { coreValueType, globalType, memoryType, recType, tableType, tagType } from '../binary/core-types.ts';
import { Cursor } from '../binary/cursor.ts';
import { concat } from '../concat.ts';
import { effectsOf } from './effects.ts';
import { leb, name } from './write.ts';

/** What of a core module's state can be seen and set from outside, once it was rewritten. */
export interface ExposedState {
  /** Export names of the memories, tables and mutable globals that the module defines. */
  readonly memories: readonly string[];
  readonly tables: readonly string[];
  readonly globals: readonly string[];
  /**
   * Whether this is all of its state: nobody can restore segments that the code uses up, read a vector or an exception, or see what structs and arrays of the
   * garbage-collected heap hold now.
   */
  readonly complete: boolean;
  /** Whether its code may change a table, one of its own or one that it imports. */
  readonly changesTables: boolean;
}

/** A core module that exports its state. */
export interface ExposedModule {
  readonly bytes: Uint8Array;
  readonly state: ExposedState;
}

/**
 * Rewrites a core module: whatever state it defines is exported under names of ours, and debug information is left out, which is often most of a module
 * and nothing here reads. The rest is copied as it is.
 */
export function exposeModule(module: Uint8Array): ExposedModule {
  const parts: Uint8Array[] = [module.subarray(0, 8)];
  const counts = { memories: 0, tables: 0, globals: 0 };
  const names = { memories: [] as string[], tables: [] as string[], globals: [] as string[] };
  const added: number[] = [];
  let addedCount = 0;
  let spent = false;
  let hidden = false;
  let code: Uint8Array = new Uint8Array(0);
  let exported = false;
  const expose = (kind: keyof typeof names, code: number): void => {
    const index = counts[kind]++;
    const exportName = `hostling:${kind}:${index}`;
    names[kind].push(exportName);
    added.push(...name(exportName), code, ...leb(index));
    addedCount++;
  };
  /** Counts what JavaScript cannot read. */
  const hide = (kind: keyof typeof names): void => {
    counts[kind]++;
    hidden = true;
  };
  const writeExports = (count: number, body: Uint8Array): void => {
    exported = true;
    const counted = leb(count + addedCount);
    const head = [7, ...leb(counted.length + body.length + added.length), ...counted];
    parts.push(Uint8Array.from(head), body, Uint8Array.from(added));
  };

  const cursor = new Cursor(module, 8);
  while (!cursor.done) {
    const start = cursor.at;
    const id = cursor.u8('a section');
    const content = cursor.part(cursor.u32('the size of a section'), `section ${id}`);
    if (id === 0 && content.name('a name').startsWith('.debug_')) continue;
    // Exports come before these, and after everything that defines state.
    if (!exported && id !== 0 && (id === 8 || id === 9 || id === 10 || id === 11 || id === 12)) writeExports(0, new Uint8Array(0));
    if (id === 1) content.vec('type', () => void (hidden ||= recType(content).some((type) => type.kind === 'aggregate' && type.mutable)));
    if (id === 2) countImports(content, counts);
    if (id === 4) content.vec('table', () => (tableDefinition(content) ? expose('tables', 0x01) : hide('tables')));
    if (id === 6)
      content.vec('global', () => {
        const { mutable, readable } = globalDefinition(content);
        if (!mutable) counts.globals++;
        else if (readable) expose('globals', 0x03);
        else hide('globals');
      });
    if (id === 9) content.vec('element segment', () => void (spent ||= !elementIsActive(content)));
    if (id === 10) code = module.subarray(content.at, content.end);
    if (id === 11) spent ||= !dataIsActive(content);
    if (id === 5)
      content.vec('memory', () => {
        memoryType(content);
        expose('memories', 0x02);
      });
    if (id === 7) {
      const count = content.u32('count of export');
      writeExports(count, module.subarray(content.at, content.end));
    } else parts.push(module.subarray(start, content.end));
  }
  if (!exported && addedCount > 0) writeExports(0, new Uint8Array(0));
  const { changesTables, dropsSegments } = effectsOf(code, counts.tables);
  return { bytes: concat(parts), state: { ...names, complete: !hidden && !(spent && dropsSegments), changesTables } };
}

function countImports(section: Cursor, counts: { memories: number; tables: number; globals: number }): void {
  section.vec('import', () => {
    section.name('a module');
    section.name('a name');
    const kind = section.u8('a kind');
    if (kind === 0) section.u32('a type');
    else if (kind === 1) {
      tableType(section);
      counts.tables++;
    } else if (kind === 2) {
      memoryType(section);
      counts.memories++;
    } else if (kind === 3) {
      globalType(section);
      counts.globals++;
    } else tagType(section);
  });
}

/** Whether JavaScript can read values of a type: it has none for vectors and exceptions. */
function isReadable(type: string): boolean {
  return !/v128|exn/.test(type);
}

/** Passes over a table; answers whether JavaScript can read its entries. */
function tableDefinition(section: Cursor): boolean {
  const initial = section.bytes[section.at] === 0x40;
  if (initial) {
    section.u8('a table with an initial value');
    section.u8('0');
  }
  const type = tableType(section);
  if (initial) skipConstant(section);
  return type.kind === 'table' && isReadable(type.element);
}

function globalDefinition(section: Cursor): { mutable: boolean; readable: boolean } {
  const type = globalType(section);
  skipConstant(section);
  return type.kind === 'global' ? { mutable: type.mutable, readable: isReadable(type.type) } : { mutable: false, readable: false };
}

/** Whether an element segment is used up while the module is instantiated; the others can be dropped at any time. */
function elementIsActive(section: Cursor): boolean {
  const flags = section.u32('flags');
  const active = (flags & 1) === 0;
  if (active) {
    if ((flags & 2) !== 0) section.u32('a table');
    skipConstant(section);
  }
  if ((flags & 3) !== 0) {
    if ((flags & 4) === 0) section.u8('a kind');
    else coreValueType(section);
  }
  section.vec('element', () => ((flags & 4) === 0 ? void section.u32('a function') : skipConstant(section)));
  // A declarative segment is dropped from the start.
  return active || (flags & 2) !== 0;
}

/** Whether all data segments are used up while the module is instantiated, or have nothing to use up. Their contents are not looked at. */
function dataIsActive(section: Cursor): boolean {
  let active = true;
  section.vec('data segment', () => {
    const flags = section.u32('flags');
    if (flags === 2) section.u32('a memory');
    if (flags !== 1) skipConstant(section);
    const size = section.u32('a size');
    section.part(size, 'data');
    active &&= flags !== 1 || size === 0;
  });
  return active;
}
