import type { ComponentInterface, Extern } from '../../engine/interface.ts';
import { parseInterfaceName } from '../../engine/interface.ts';

/** Interfaces of WASI 0.2 whose functions neither wait nor answer with anything that one can wait for. */
const harmless: ReadonlySet<string> = new Set([
  'wasi:cli/environment',
  'wasi:cli/exit',
  'wasi:cli/terminal-input',
  'wasi:cli/terminal-output',
  'wasi:cli/terminal-stdin',
  'wasi:cli/terminal-stdout',
  'wasi:cli/terminal-stderr',
  'wasi:clocks/wall-clock',
  'wasi:io/error',
  'wasi:random/random',
  'wasi:random/insecure',
  'wasi:random/insecure-seed',
]);

/** What else of 0.2 a component may import that only prints: a stream to write to, and what waits for that. */
const printing: ReadonlySet<string> = new Set([
  // Nothing can be read of a standard input whose stream has no functions.
  'wasi:cli/stdin#get-stdin',
  'wasi:cli/stdout#get-stdout',
  'wasi:cli/stderr#get-stderr',
  'wasi:clocks/monotonic-clock#now',
  'wasi:clocks/monotonic-clock#resolution',
  'wasi:io/poll#poll',
  'wasi:io/poll#[method]pollable.block',
  'wasi:io/poll#[method]pollable.ready',
]);

/**
 * Whether a component that waits inside a synchronous function of WASI 0.2 can only wait for its standard output: the libraries of languages bring
 * such functions along, also in components of 0.3 that never print. Interfaces that are not WASI's may answer with anything.
 */
export function waitsForOutputOnly({ imports }: ComponentInterface): boolean {
  return imports.every((item) => item.kind === 'type' || printsAtMost(item));
}

function printsAtMost({ name, kind, functions = [] }: Extern): boolean {
  const { id, version } = parseInterfaceName(name);
  if (kind !== 'instance' || !id.startsWith('wasi:') || version?.[0] !== 0) return false;
  // What 0.3 waits for is asynchronous by its type.
  if (version[1] === 3 || harmless.has(id)) return true;
  return version[1] === 2 && functions.every((func) => printing.has(`${id}#${func.name}`) || (id === 'wasi:io/streams' && isOutput(func.name)));
}

const isOutput = (name: string): boolean => name.startsWith('[method]output-stream.') && !name.endsWith('splice');
