import { HostlingError, messageOf } from '../../errors.ts';
import { Cursor } from '../binary/cursor.ts';
import { wasmKind } from '../wasm-kind.ts';

/** Which of the two adapters a core module takes: one with `_start` is a command, any other a reactor. */
export type AdapterKind = 'command' | 'reactor';

/** The tool that makes components of core modules, and the adapters that give them WASI 0.2 for Preview 1. */
export interface Preview1Tools {
  componentNew(core: Uint8Array, adapters: [string, Uint8Array][]): Promise<Uint8Array>;
  adapter(kind: AdapterKind): Promise<Uint8Array>;
}

const preview1 = 'wasi_snapshot_preview1';

/**
 * Makes a component of a core module that was built for WASI Preview 1. Components and other core modules come back as they are.
 * @throws HostlingError `invalid-component` when the module cannot be wrapped
 */
export async function adaptPreview1(bytes: Uint8Array, loadTools: () => Promise<Preview1Tools>): Promise<Uint8Array> {
  if (wasmKind(bytes) !== 'core-module') return bytes;
  const { imports, exports } = coreNames(bytes);
  if (!imports.has(preview1) && !exports.has('_start')) return bytes;
  const tools = await loadTools();
  const adapter = await tools.adapter(exports.has('_start') ? 'command' : 'reactor');
  try {
    return await tools.componentNew(bytes, [[preview1, adapter]]);
  } catch (failure) {
    throw new HostlingError('invalid-component', `the WASI Preview 1 module cannot be made a component: ${messageOf(failure).split('\n', 1)[0]}`, {
      cause: failure,
    });
  }
}

/** The modules a core module imports from and the names it exports. */
function coreNames(bytes: Uint8Array): { imports: Set<string>; exports: Set<string> } {
  const imports = new Set<string>();
  const exports = new Set<string>();
  const cursor = new Cursor(bytes, 8);
  while (!cursor.done) {
    const id = cursor.u8('a section');
    const section = cursor.part(cursor.u32('the size of a section'), `section ${id}`);
    if (id === 2) {
      section.vec('import', () => {
        imports.add(section.name('a module name'));
        section.name('an import name');
        importDescription(section);
      });
    } else if (id === 7) {
      section.vec('export', () => {
        exports.add(section.name('an export name'));
        section.u8('a kind of export');
        section.u32('an index');
      });
    }
  }
  return { imports, exports };
}

function importDescription(section: Cursor): void {
  const kind = section.u8('a kind of import');
  const limits = (): void => {
    const flags = section.u8('limits');
    section.u32('a minimum');
    if ((flags & 1) !== 0) section.u32('a maximum');
  };
  if (kind === 0) section.u32('a type index');
  else if (kind === 1) {
    section.u8('a reference type');
    limits();
  } else if (kind === 2) limits();
  else if (kind === 3) {
    section.u8('a value type');
    section.u8('a mutability');
  } else if (kind === 4) {
    section.u8('a tag attribute');
    section.u32('a type index');
  } else section.fail('a kind of import, 0 to 4', section.at - 1);
}
