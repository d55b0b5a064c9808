import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { witFunctions } from '../../scripts/wit-functions.ts';
import { createWebClock } from '../../src/core/clock.ts';
import { webEntropy } from '../../src/core/entropy.ts';
import { parseAllowedHosts } from '../../src/core/http/egress.ts';
import { detachedStdio } from '../../src/core/wasi/stdio.ts';
import { InstanceScope } from '../../src/core/wasi/scope.ts';
import { createWasi } from '../../src/core/wasi/wasi.ts';
import { reportImports } from '../../src/core/workload/resolve.ts';
import { createMemoryHttpOut } from '../../src/platform/memory/http-out.ts';
import { silentLog } from '../../src/platform/memory/log.ts';

/** Interfaces of WASI that are not served, and why. */
const absent: Readonly<Record<string, string>> = {
  'wasi:clocks/timezone': 'unstable in both versions: behind @unstable(feature = clocks-timezone)',
};

const wit = new URL('../../node_modules/@bytecodealliance/jco/lib/wit/builtin/', import.meta.url);

const serve = createWasi({
  args: [],
  env: {},
  stdio: detachedStdio(silentLog, 'test'),
  clock: createWebClock(1n),
  entropy: webEntropy,
  preopens: {},
  httpOut: createMemoryHttpOut(async () => ({ status: 200, headers: [] })),
  egress: parseAllowedHosts([]),
});

/** The functions of each interface, by the interface's full name. */
function interfacesOf(version: string): Map<string, string[]> {
  const folder = new URL(`${version}/`, wit);
  const found = new Map<string, string[]>();
  for (const name of readdirSync(folder)) {
    const text = readFileSync(new URL(`${name}/package.wit`, folder), 'utf8');
    const packageName = /package\s+([a-z0-9:-]+)/.exec(text)?.[1] ?? '';
    // An interface of types only has no functions, and is imported all the same.
    for (const [, id] of text.matchAll(/^\s*interface\s+([\w-]+)\s*\{/gm)) found.set(`${packageName}/${id}`, []);
    for (const func of witFunctions(text)) found.set(func.interface, [...(found.get(func.interface) ?? []), func.name]);
  }
  return found;
}

describe.each(['0.2.12', '0.3.0'])('WASI %s', (version) => {
  const interfaces = interfacesOf(version);
  // Guests export these.
  const exported = ['wasi:cli/run', 'wasi:http/incoming-handler', ...(version === '0.3.0' ? ['wasi:http/handler'] : [])];
  const served = [...interfaces].filter(([id]) => !exported.includes(id) && !(id in absent));

  test('has the interfaces that are expected of it', () => {
    expect(interfaces.size).toBeGreaterThan(15);
    expect(served.flatMap(([, functions]) => functions).length).toBeGreaterThan(80);
  });

  test.each(served)('%s is whole', (id, functions) => {
    const item = { name: `${id}@${version}`, kind: 'instance' as const, functions: functions.map((name) => ({ name, async: false })) };
    const [report] = reportImports({ imports: [item], exports: [] }, serve);
    expect(report).toEqual({ name: item.name, served: true });
  });

  test('what is absent is absent', () => {
    for (const id of Object.keys(absent)) expect(serve(`${id}@${version}`)).toBeUndefined();
  });
});

test('versions that are not served are refused', () => {
  for (const name of [
    'wasi:cli/exit',
    'wasi:cli/exit@0.1.0',
    'wasi:cli/exit@1.0.0',
    'wasi:cli/exit@0.3.0-rc-2026-03-15',
    'wasi:cli/nothing@0.2.0',
    'other:cli/exit@0.2.0',
  ]) {
    expect(serve(name)).toBeUndefined();
  }
  for (const name of ['wasi:cli/exit@0.2.0', 'wasi:cli/exit@0.2.12', 'wasi:cli/exit@0.3.0', 'wasi:cli/exit@0.3.1']) {
    expect(serve(name)?.(new InstanceScope())).toBeDefined();
  }
});
