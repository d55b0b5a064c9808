import assert from 'node:assert/strict';
import { readAll, sourceOf } from '../../src/core/engine/streams.ts';
import { Request } from '../../src/core/wasi/p3/http-request.ts';
import type { Response } from '../../src/core/wasi/p3/http-response.ts';
import { valuesOf } from '../../src/core/wasi/http/fields.ts';
import { InstanceScope } from '../../src/core/wasi/scope.ts';
import type { Case } from './case.ts';

/** One component's handler behind another's: the request goes through both, and the answer back. */
function chained(fixture: string, importName: string): Case {
  return {
    name: `chain ${fixture.replace(/^.*\/|\.wasm$/g, '')}, http-echo`,
    fixtures: [fixture, 'http/p3-http-echo.wasm'],
    async run({ instantiate }) {
      const echo = await instantiate('http/p3-http-echo.wasm');
      const front = await instantiate(fixture, { [importName]: echo.exports['wasi:http/handler@0.3.0'] });
      const words = 'And the mome raths outgrabe';
      const request = Request.incoming(
        {
          method: 'GET',
          scheme: 'http',
          authority: 'localhost',
          path: '/',
          headers: [['foo', 'bar']],
          body: sourceOf(new TextEncoder().encode(words)),
          trailers: Promise.resolve([['fizz', 'buzz']]),
        },
        new InstanceScope(),
      );
      const { handle } = front.exports['wasi:http/handler@0.3.0'] as { handle(request: Request): Promise<Response> };
      const response = await handle(request);
      assert.equal(response.status, 200);
      assert.deepEqual(valuesOf(response.headers, 'foo'), ['bar']);
      const { body } = response;
      assert.ok(body.source);
      assert.equal(new TextDecoder().decode(await readAll(body.source)), words);
      const trailers = await new Promise((resolve, reject) => body.readTrailers(resolve, reject));
      assert.deepEqual(trailers, [['fizz', 'buzz']]);
    },
  };
}

export const middleware: readonly Case[] = [
  chained('http/p3-http-middleware.wasm', 'wasi:http/handler@0.3.0'),
  chained('http/p3-http-middleware-with-chain.wasm', 'local:local/chain-http'),
];
