/**
 * Writes src/core/wasi/p2/blocking.ts from the WIT of WASI: `npm run generate`. With --check it only compares.
 *
 * WIT says which functions of Preview 3 are async; a function of Preview 2 may block when it does what an async function, a stream
 * or a future does in Preview 3. Without a counterpart there, it may block if it can fail and stands in an interface that is async in
 * Preview 3. Of wasi:io, which Preview 3 has no more, those that exist to block do.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format, witFunctions, type WitFunction } from './wit-functions.ts';

const wit = new URL('../node_modules/@bytecodealliance/jco/lib/wit/builtin/', import.meta.url);
const target = new URL('../src/core/wasi/p2/blocking.ts', import.meta.url);

function functionsOf(version: string): WitFunction[] {
  const folder = new URL(`${version}/`, wit);
  return readdirSync(folder).flatMap((name) => witFunctions(readFileSync(new URL(`${name}/package.wit`, folder), 'utf8')));
}

function blocking(): string[] {
  const p2 = functionsOf('0.2.12');
  const p3 = new Map(functionsOf('0.3.0').map((func) => [`${func.interface}#${func.name}`, func]));
  const asyncInterfaces = new Set([...p3.values()].filter((func) => func.async).map((func) => func.interface));
  return p2.filter((func) => blocks(func, p3, asyncInterfaces)).map((func) => `${func.interface}#${func.name}`);
}

function blocks(func: WitFunction, p3: Map<string, WitFunction>, asyncInterfaces: Set<string>): boolean {
  if (func.interface.startsWith('wasi:io/')) return /(^|\.)(block|poll|blocking-.+)$/.test(func.name);
  const successor = p3.get(`${func.interface}#${func.name}`);
  if (successor !== undefined) return successor.async || successor.streams;
  return asyncInterfaces.has(func.interface) && func.fallible;
}

const text = format(blocking());
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('src/core/wasi/p2/blocking.ts is not what the WIT says: run `npm run generate`');
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
