import environment from 'wasi:cli/environment@0.3.0';
import monotonicClock from 'wasi:clocks/monotonic-clock@0.2.12';
import systemClock from 'wasi:clocks/system-clock@0.3.0';
import random from 'wasi:random/random@0.3.0';
import { utf8 } from '../lib/utf8.ts';
import { visit } from '../lib/visits.ts';
import { headersOf, readBody, respond, respondJson, respondText } from './http.js';

// There is no /fetch and no /fs here: componentize-qjs cannot yet import interfaces with async functions
// (wasi:http/client, wasi:filesystem/types). The guest hello-p2 has them.
const routes = {
  '/': () => {
    const name = new Map(environment.getEnvironment()).get('NAME') ?? 'world';
    return respondText(200, `Hello, ${name}!\n`);
  },

  '/stream': () => respond(200, 'text/plain', lines(5, 100)),

  '/echo': (request) => {
    const [contentType = 'application/octet-stream'] = headersOf(request)['content-type'] ?? [];
    return respond(200, contentType, readBody(request));
  },

  '/trailers': async (request) => {
    let bytes = 0;
    for await (const chunk of readBody(request)) bytes += chunk.length;
    const trailers = [['x-bytes-received', utf8.encode(String(bytes))]];
    return respond(200, 'text/plain', text('the count is in the trailers\n'), trailers);
  },

  '/env': () => respondJson(Object.fromEntries(environment.getEnvironment())),

  '/headers': (request) => respondJson(headersOf(request)),

  '/random': () => {
    const bytes = [...random.getRandomBytes(16)];
    return respondText(200, `${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}\n`);
  },

  '/clock': () => respondJson({ wall: systemClock.now(), monotonicNs: String(monotonicClock.now()) }),

  '/visits': (request, query) => respondJson(visit(request, Number(/(?:^|&)bytes=(\d+)/.exec(query)?.[1] ?? 0))),

  '/trap': () => {
    throw new Error('trapped on purpose');
  },
};

export const handler = {
  async handle(request) {
    const [path, query = ''] = (request.getPathWithQuery() ?? '/').split('?', 2);
    const route = routes[path];
    return route ? route(request, query) : respondText(404, `nothing at ${path}\n`);
  },
};

async function* lines(count, pauseMs) {
  for (let line = 1; line <= count; line++) {
    if (line > 1) pause(pauseMs);
    yield utf8.encode(`line ${line}\n`);
  }
}

async function* text(content) {
  yield utf8.encode(content);
}

/** Waits with the Preview 2 clock, because `wait-for` of Preview 3 is async; the whole instance waits with it. */
function pause(ms) {
  const pollable = monotonicClock.subscribeDuration(ms * 1e6);
  pollable.block();
  pollable[Symbol.dispose]();
}
