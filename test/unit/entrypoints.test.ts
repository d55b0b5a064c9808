import { expect, test } from 'vitest';
import type { Extern } from '../../src/core/engine/interface.ts';
import { entrypointsOf } from '../../src/core/workload/runner.ts';

const handler = 'wasi:http/handler@0.3.0';
const incoming = 'wasi:http/incoming-handler@0.2.3';
const run = 'wasi:cli/run@0.3.0';

const exporting = (exports: readonly (readonly [name: string, ...functions: string[]])[]): { imports: []; exports: Extern[] } => ({
  imports: [],
  exports: exports.map(([name, ...functions]) => ({ name, kind: 'instance', functions: functions.map((func) => ({ name: func, async: false })) })),
});

test('of both previews of one thing the newer is called', () => {
  expect(
    entrypointsOf(
      exporting([
        [incoming, 'handle'],
        [handler, 'handle'],
        [run, 'run'],
      ]),
    ),
  ).toEqual({
    http: { name: handler, preview: 3 },
    run: { name: run },
  });
});

test('an interface without the function that is called is not there', () => {
  expect(entrypointsOf(exporting([[incoming, 'handle'], [handler], [run, 'walk']]))).toEqual({ http: { name: incoming, preview: 2 } });
  expect(entrypointsOf({ imports: [], exports: [{ name: run, kind: 'func' }] })).toEqual({});
});

test('what an interface has is not always known', () => {
  expect(entrypointsOf({ imports: [], exports: [{ name: handler, kind: 'instance' }] })).toEqual({ http: { name: handler, preview: 3 } });
});
