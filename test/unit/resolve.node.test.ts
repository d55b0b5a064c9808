import { expect, test } from 'vitest';
import type { ComponentInterface } from '../../src/core/engine/interface.ts';
import type { InterfaceFactory } from '../../src/core/wasi/interface.ts';
import { reportImports } from '../../src/core/workload/resolve.ts';
import { code } from '../../src/platform/node/code.ts';

const emptyModule = await code.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));

test.each([
  ['module', emptyModule, true],
  ['module', {}, false],
  ['component', { instantiate: () => {} }, true],
  ['component', emptyModule, false],
] as const)('a %s of the world is served as the default under its name', (kind, given, served) => {
  const description: ComponentInterface = { imports: [{ name: 'part', kind }], exports: [] };
  const serve = (name: string): InterfaceFactory | undefined => (name === 'part' ? () => ({ default: given }) : undefined);
  expect(reportImports(description, serve)).toEqual([served ? { name: 'part', served } : { name: 'part', served, problem: `is served without a ${kind}` }]);
  expect(reportImports(description, () => undefined)).toEqual([{ name: 'part', served: false, problem: 'is not served by this host' }]);
});
