import { getEnvironment } from 'wasi:cli/environment@0.2.12';
import { now as monotonicNow, subscribeDuration } from 'wasi:clocks/monotonic-clock@0.2.12';
import { now as wallNow } from 'wasi:clocks/wall-clock@0.2.12';
import { getDirectories } from 'wasi:filesystem/preopens@0.2.12';
import { getRandomBytes } from 'wasi:random/random@0.2.12';
import type { IncomingRequest, ResponseOutparam } from 'wasi:http/types@0.2.12';
import { visit } from '../lib/visits.ts';
import { fetchThrough } from './fetch.ts';
import { headersOf, readBody, respond, respondJson, respondText } from './http.ts';

type Route = (request: IncomingRequest, out: ResponseOutparam, query: URLSearchParams) => void;

const routes: Record<string, Route> = {
  '/': (_request, out) => {
    const name = new Map(getEnvironment()).get('NAME') ?? 'world';
    respondText(out, 200, `Hello, ${name}!\n`);
  },

  '/stream': (_request, out) => {
    const body = respond(out, 200, 'text/plain');
    for (let line = 1; line <= 5; line++) {
      if (line > 1) sleepMs(100);
      body.write(`line ${line}\n`);
    }
    body.end();
  },

  '/echo': (request, out) => {
    const [contentType] = headersOf(request)['content-type'] ?? [];
    const body = respond(out, 200, contentType ?? 'application/octet-stream');
    for (const chunk of readBody(request.consume())) body.write(chunk);
    body.end();
  },

  '/env': (_request, out) => respondJson(out, Object.fromEntries(getEnvironment())),

  '/headers': (request, out) => respondJson(out, headersOf(request)),

  '/fetch': (_request, out, query) => {
    const url = query.get('url');
    if (url === null) respondText(out, 400, 'say which: /fetch?url=http://…\n');
    else fetchThrough(url, out);
  },

  '/random': (_request, out) => {
    const bytes = [...getRandomBytes(16n)];
    respondText(out, 200, `${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}\n`);
  },

  '/clock': (_request, out) => {
    const { seconds, nanoseconds } = wallNow();
    // 64-bit integers are bigint, which JSON cannot write.
    respondJson(out, { wall: { seconds: Number(seconds), nanoseconds }, monotonicNs: String(monotonicNow()) });
  },

  '/fs': (_request, out) => {
    const [preopen] = getDirectories();
    if (!preopen) return respondText(out, 404, 'this workload has no files\n');
    const [directory, name] = preopen;
    const follow = { symlinkFollow: true };
    const file = directory.openAt(follow, 'hello.txt', { create: true, truncate: true }, { read: true, write: true });
    file.write(new TextEncoder().encode(`written at ${wallNow().seconds}\n`), 0n);
    const [content] = file.read(1024n, 0n);
    file[Symbol.dispose]();
    respondText(out, 200, `${name}/hello.txt: ${new TextDecoder().decode(content)}`);
  },

  '/visits': (request, out, query) => respondJson(out, visit(request, Number(query.get('bytes') ?? 0))),

  '/trap': () => {
    throw new Error('trapped on purpose');
  },
};

export const incomingHandler = {
  handle(request: IncomingRequest, out: ResponseOutparam): void {
    // Only path and query arrive this way, and URL wants the rest too.
    const { pathname, searchParams } = new URL(request.pathWithQuery() ?? '/', 'http://localhost');
    const route = routes[pathname];
    if (route) route(request, out, searchParams);
    else respondText(out, 404, `nothing at ${pathname}\n`);
  },
};

function sleepMs(ms: number): void {
  const pollable = subscribeDuration(BigInt(ms) * 1_000_000n);
  pollable.block();
  pollable[Symbol.dispose]();
}
