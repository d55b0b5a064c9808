import type { Component, Imports } from '../../dist/core/engine/engine.js';
import { inspect } from '../../dist/core/engine/inspect.js';
import type { ComponentInterface } from '../../dist/core/engine/interface.js';
import type { CodeLoader } from '../../dist/core/ports/code.js';
import type { Platform } from '../../dist/core/ports/platform.js';
import { parseAllowedHosts } from '../../dist/core/http/egress.js';
import { createWasi, suspends } from '../../dist/core/wasi/wasi.js';
import type { InstanceScope } from '../../dist/core/wasi/scope.js';
import { detachedStdio } from '../../dist/core/wasi/stdio.js';
import { resolveImports } from '../../dist/core/workload/resolve.js';

/** No row is about the digest: a host computes it once. */
const digest = 'a component of the bench';

/** Prepares a component with hostling's engine, without a host around it. */
export async function loadOwn({ engine, code }: Platform, bytes: Uint8Array, loader: CodeLoader | undefined = code): Promise<Component> {
  if (loader === undefined) throw new Error('this platform loads no code');
  return engine.load(await engine.prepare(bytes, inspect(bytes), digest, suspends), loader);
}

/** hostling's WASI as a host gives it to each instance of a workload without any capabilities. */
export function wasiFor({ clock, entropy, log }: Platform, description: ComponentInterface): (scope: InstanceScope) => Imports {
  const egress = parseAllowedHosts([]);
  const wasi = createWasi({ args: ['bench'], env: {}, stdio: detachedStdio(log, 'bench'), clock, entropy, preopens: {}, httpOut: undefined, egress });
  return resolveImports(description, wasi);
}
