import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { sourceOf } from '../../src/core/engine/streams.ts';
import type { FieldList, HttpRequest, HttpResponse } from '../../src/core/http/message.ts';
import type { CallSignal } from '../../src/core/ports/call-signal.ts';
import type { NodeSamples } from './node-samples.ts';
import { pageDir } from './page-build.ts';

/** Answers one request. */
export type Handle = (request: HttpRequest, signal: CallSignal) => Promise<HttpResponse>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

/** What the page may do: its own scripts and WebAssembly; at `?engine=jco` also the modules that jco's engine makes of Blobs. */
function policyOf(search: URLSearchParams): string {
  return policy.map((part) => (part.startsWith('script-src') && search.get('engine') === 'jco' ? `${part} blob:` : part)).join('; ');
}

/** Only names of this machine: a foreign name that leads here must not reach the page's server. */
const pageHosts = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/**
 * Serves the page, the components' files, and the samples on Node: at their own host names, and below `/node/<name>/`. Commands are run by
 * `POST /run/<name>?arg=…`.
 */
export function createPageHandler(samples: NodeSamples, page: ReadonlyMap<string, Uint8Array>): Handle {
  const { host } = samples;
  const about = JSON.stringify({ version: process.versions.node, samples: samples.reports });
  return async (request, signal) => {
    if (!pageHosts.test(request.authority)) return host.handle(request, signal);
    const { pathname, searchParams } = new URL(request.path, 'http://page');
    const [, area = '', name = ''] = pathname.split('/', 3);
    if (area === 'node' && name !== '') return callSample(samples, name, request, signal);
    if (area === 'run' && request.method === 'POST') {
      const events = samples.run(name, searchParams.getAll('arg'), request.body, signal);
      return events === undefined
        ? text(404, `no command is named ${name}`)
        : { status: 200, headers: [['content-type', 'application/x-ndjson']], body: events };
    }
    request.body?.cancel();
    if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'only GET and HEAD here');
    if (pathname === '/node.json') return bytes(Buffer.from(about), 'application/json', 'no-store');
    const guest = /^\/guests\/([^/]+)\.wasm$/.exec(pathname)?.[1];
    const component = guest === undefined ? undefined : samples.components.get(guest);
    if (component !== undefined) return bytes(component, 'application/wasm', 'no-cache');
    return serveFile(page, pathname, policyOf(searchParams));
  };
}

async function callSample({ host }: NodeSamples, name: string, request: HttpRequest, signal: CallSignal): Promise<HttpResponse> {
  const workload = host.workloads.get(name);
  if (workload === undefined) return text(404, `no component named ${name} answers HTTP`);
  const path = request.path.slice(`/node/${name}`.length);
  const response = await workload.handle({ ...request, path: path.startsWith('/') ? path : `/${path}` }, signal);
  if (response.failure === undefined) return response;
  // The page shows what happened; other callers get the code alone.
  const { code, message } = response.failure;
  return { ...response, headers: [...response.headers, ['hostling-failure', encodeURIComponent(JSON.stringify({ code, message }))]] };
}

/** The built page's files by their address. In memory, so that a build beside this does not take them away. */
export async function readPage(): Promise<ReadonlyMap<string, Uint8Array>> {
  const names = ['index.html', 'worker.js', ...(await readdir(join(pageDir, 'assets'))).map((name) => `assets/${name}`)];
  const files = await Promise.all(names.map(async (name) => [`/${name}`, await readFile(join(pageDir, name))] as const));
  return new Map(files);
}

function serveFile(page: ReadonlyMap<string, Uint8Array>, pathname: string, allowed: string): HttpResponse {
  const path = pathname === '/' ? '/index.html' : pathname;
  const content = page.get(path);
  if (content === undefined) return text(404, 'not found');
  // The names in there change with what the files hold.
  const file = bytes(content, types[extname(path)] ?? 'application/octet-stream', path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache');
  return { ...file, headers: [...file.headers, ['content-security-policy', allowed]] };
}

function bytes(content: Uint8Array, type: string, cache: string): HttpResponse {
  const headers: FieldList = [
    ['content-type', type],
    ['content-length', String(content.length)],
    ['cache-control', cache],
    ['x-content-type-options', 'nosniff'],
  ];
  return { status: 200, headers, body: sourceOf(content) };
}

function text(status: number, message: string): HttpResponse {
  return { status, headers: [['content-type', 'text/plain; charset=utf-8']], body: sourceOf(Buffer.from(`${message}\n`)) };
}
