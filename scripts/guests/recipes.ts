import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Guest, GuestKind } from './guest.ts';
import { loadStarling } from './starling.ts';
import { assembleWit } from './wit.ts';

/** Raise when a recipe below starts to produce something else from the same input. */
export const recipeVersion = '1';

/** What a toolchain is given: all of it counts for the guest's hash. */
export interface GuestInput {
  /** JavaScript in one module, or WebAssembly text. */
  readonly source: string;
  readonly wit: string;
}

interface Recipe {
  /** The packages whose versions decide what comes out. */
  readonly tools: readonly string[];
  readonly read: (guest: Guest) => Promise<GuestInput>;
  readonly build: (guest: Guest, input: GuestInput) => Promise<Uint8Array>;
}

/** How each kind of guest is built. The tools load when used, so that finding all guests built costs nothing. */
export const recipes: Readonly<Record<GuestKind, Recipe>> = {
  'wat-core': {
    tools: ['@bytecodealliance/jco-transpile'],
    read: async (guest) => ({ source: await readFile(join(guest.dir, 'main.wat'), 'utf8'), wit: '' }),
    async build(_guest, { source }) {
      const { parse } = await import('@bytecodealliance/jco-transpile/wasm-tools');
      return parse(source);
    },
  },

  'wat-component': {
    tools: ['@bytecodealliance/jco-transpile', '@bytecodealliance/jco'],
    read: async (guest) => ({
      source: await readFile(join(guest.dir, 'main.wat'), 'utf8'),
      wit: await assembleWit(guest.dir),
    }),
    async build(guest, { source, wit }) {
      const { parse, componentEmbed, componentNew } = await import('@bytecodealliance/jco-transpile/wasm-tools');
      const binary = await parse(source);
      return componentNew(await componentEmbed({ binary, witSource: wit, ...worldOf(guest) }), []);
    },
  },

  // `main.ts` writes the component's bytes itself: its function `component` answers them.
  written: {
    tools: [],
    read: async (guest) => ({ source: await bundle(guest), wit: '' }),
    async build(_guest, { source }) {
      const { component } = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as { component: () => Uint8Array };
      return component();
    },
  },

  qjs: {
    tools: ['componentize-qjs', '@bytecodealliance/jco'],
    read: async (guest) => ({ source: await bundle(guest), wit: await assembleWit(guest.dir) }),
    async build(guest, { source, wit }) {
      const { componentize } = await import('componentize-qjs');
      return inTemporaryFolder(async (dir) => {
        const witPath = join(dir, 'world.wit');
        const jsPath = join(dir, 'main.js');
        await Promise.all([writeFile(witPath, wit), writeFile(jsPath, source)]);
        const options = { witPath, jsPath, jsSource: source, optSize: true, sync: guest.sync, ...worldOf(guest) };
        return (await componentize(options)).component;
      });
    },
  },

  starling: {
    tools: ['@bytecodealliance/componentize-js', '@bytecodealliance/jco'],
    read: async (guest) => ({ source: await bundle(guest), wit: await assembleWit(guest.dir) }),
    async build(guest, { source, wit }) {
      const { componentize } = await loadStarling();
      return inTemporaryFolder(async (dir) => {
        const sourcePath = join(dir, 'main.js');
        await writeFile(sourcePath, source);
        const world = guest.world === undefined ? {} : { worldName: guest.world };
        // `witWorld` (text instead of a path) is missing in the published types.
        const options = { sourcePath, witWorld: wit, ...world };
        return (await componentize(options)).component;
      });
    },
  },
};

function worldOf(guest: Guest): { world?: string } {
  return guest.world === undefined ? {} : { world: guest.world };
}

/** `main.ts` or `main.js` with what it imports in one module; WIT imports stay imports. */
async function bundle(guest: Guest): Promise<string> {
  const { build } = await import('esbuild');
  const result = await build({
    stdin: { contents: `export * from './main';`, resolveDir: guest.dir },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    charset: 'utf8',
    external: ['wasi:*', 'demo:*', 'test:*'],
    logLevel: 'silent',
  });
  return result.outputFiles[0]?.text ?? '';
}

async function inTemporaryFolder<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'guest-'));
  try {
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
