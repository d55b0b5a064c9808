import {
  coreExternType,
  coreFuncTypeAt,
  globalType,
  memoryType,
  recType,
  resolveCoreExtern,
  tableType,
  tagType,
  type CoreExtern,
  type CoreExternKind,
  type CoreImport,
  type CoreType,
  type ModuleType,
} from './core-types.ts';
import { skipConstant } from './core-constants.ts';
import { invalid, type Cursor } from './cursor.ts';

/** Where each section stands in the order that core modules must keep; the ids are not in that order. */
const order: readonly number[] = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6];
const exportKinds: readonly CoreExternKind[] = ['func', 'table', 'memory', 'global', 'tag'];

/**
 * Reads what a core module imports and exports. Code, data and elements are skipped: the JavaScript engine validates them.
 */
export function readModule(cursor: Cursor): ModuleType {
  return new ModuleReader(cursor).read();
}

class ModuleReader {
  readonly #cursor: Cursor;
  readonly #types: CoreType[] = [];
  readonly #imports: CoreImport[] = [];
  readonly #exports = new Map<string, CoreExtern>();
  readonly #spaces: Readonly<Record<CoreExternKind, CoreExtern[]>> = { func: [], table: [], memory: [], global: [], tag: [] };
  readonly #seen = new Set<string>();

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  read(): ModuleType {
    const cursor = this.#cursor;
    for (const byte of [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]) cursor.literal(byte, 'the header of a core module');
    let last = 0;
    while (!cursor.done) {
      const at = cursor.at;
      const id = cursor.u8('a section');
      const section = cursor.part(cursor.u32('the size of a section'), `section ${id} of a core module`);
      if (id === 0) continue;
      const place = order[id] ?? cursor.fail(`a section of a core module, 0 to 13 (found ${id})`, at);
      if (place <= last) cursor.fail(`sections of a core module in order (section ${id} out of order)`, at);
      last = place;
      this.#section(id, section);
    }
    return { kind: 'module', imports: this.#imports, exports: this.#exports };
  }

  #section(id: number, section: Cursor): void {
    switch (id) {
      case 1:
        section.vec('core type', () => {
          for (const type of recType(section)) this.#types.push(type);
        });
        break;
      case 2:
        section.vec('core import', () => this.#import(section));
        break;
      case 3:
        section.vec('core function', () => this.#spaces.func.push(coreFuncTypeAt(this.#types, section.u32('a core type index'), section.at)));
        break;
      case 4:
        section.vec('core table', () => {
          const initialised = section.bytes[section.at] === 0x40;
          if (initialised) {
            section.at++;
            section.literal(0, 'a table with an initial value');
          }
          this.#spaces.table.push(tableType(section));
          if (initialised) skipConstant(section);
        });
        break;
      case 5:
        section.vec('core memory', () => this.#spaces.memory.push(memoryType(section)));
        break;
      case 6:
        section.vec('core global', () => {
          this.#spaces.global.push(globalType(section));
          skipConstant(section);
        });
        break;
      case 7:
        section.vec('core export', () => this.#export(section));
        break;
      case 13:
        section.vec('core tag', () => this.#spaces.tag.push(resolveCoreExtern(tagType(section), this.#types)));
        break;
      default:
        return;
    }
    if (!section.done) section.fail(`the end of section ${id} of a core module`);
  }

  #import(section: Cursor): void {
    const at = section.at;
    const module = section.name('a core module name');
    const name = section.name('a core import name');
    const key = JSON.stringify([module, name]);
    if (this.#seen.has(key)) invalid(at, `duplicate import name \`${module}:${name}\``);
    this.#seen.add(key);
    const type = resolveCoreExtern(coreExternType(section), this.#types);
    this.#spaces[type.kind].push(type);
    this.#imports.push({ module, name, type });
  }

  #export(section: Cursor): void {
    const at = section.at;
    const name = section.name('a core export name');
    const kind = exportKinds[section.u8('a kind of core export')] ?? section.fail('a kind of core export, 0 to 4', section.at - 1);
    const index = section.u32('an index');
    const space = this.#spaces[kind];
    const type = space[index] ?? invalid(at, `core export \`${name}\` of ${kind} ${index}, of ${space.length}`);
    if (this.#exports.has(name)) invalid(at, `export name \`${name}\` already defined`);
    this.#exports.set(name, type);
  }
}
