import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { build, type StdinOptions } from 'esbuild';
import { inRoot } from './paths.ts';

/** A server of one page. */
export interface PageServer {
  readonly url: string;
  close(): void;
}

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

/**
 * Serves a page that runs a subject: `/subject.js` is the subject with what it is measured by, `/files/` a folder, where each script comes as
 * one with all it imports. The page is isolated from others, for a clock of 5 µs instead of 100.
 */
export async function servePage(script: string, folder: string): Promise<PageServer> {
  const entry = `
    import create from './bench/subjects/${script}.ts';
    import { surroundings } from './bench/subjects/surroundings-page.ts';
    import { measure } from './bench/lib/calls.ts';
    globalThis.startSubject = async (options) => {
      globalThis.subject = { calls: await create(surroundings, options), measure, clocks: surroundings };
    };`;
  const answer = async (path: string): Promise<Uint8Array | string> => {
    if (path === '/') return '<!doctype html><script type="module" src="/subject.js"></script>';
    if (path === '/subject.js') return bundle({ contents: entry, resolveDir: inRoot('.'), loader: 'js' });
    const file = join(folder, path.replace(/^\/files\//, '/'));
    return extname(file) === '.js' ? bundle({ contents: await readFile(file, 'utf8'), resolveDir: dirname(file), loader: 'js' }) : readFile(file);
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    answer(pathname).then(
      (content) => {
        response.setHeader('content-type', types[extname(pathname)] ?? 'text/html');
        response.setHeader('cross-origin-opener-policy', 'same-origin');
        response.setHeader('cross-origin-embedder-policy', 'require-corp');
        response.end(content);
      },
      (failure: unknown) => response.writeHead(404).end(String(failure)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

/** One script with all it imports, as a page loads it; what only Node has is left out, and so is the transpiler, which no subject uses. */
async function bundle(stdin: StdinOptions): Promise<string> {
  const { outputFiles } = await build({
    stdin,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'esnext',
    platform: 'browser',
    external: ['node:*', '@bytecodealliance/jco-transpile', '@bytecodealliance/jco-transpile/*'],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
