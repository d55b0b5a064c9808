#!/usr/bin/env node
// Plain JavaScript that old runtimes understand: they get a sentence here instead of a syntax error further on.
const needed = 24;
const running = process.versions.node;

if (Number(running.split('.')[0]) < needed) {
  process.stderr.write(`hostling: Node ${running} is too old, it cannot suspend WebAssembly; install Node ${needed} or newer (https://nodejs.org)\n`);
  process.exitCode = 1;
} else {
  const { main } = await import('../dist/cli/main.js');
  process.exitCode = await main(process.argv.slice(2));
}
