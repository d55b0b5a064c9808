/** Ends the program with one line when this Node is too old for it. */
export function requireNode(oldest: number): void {
  const { node } = process.versions;
  if (Number(node.split('.', 1)[0]) >= oldest) return;
  console.error(`this takes Node ${oldest} or newer and runs on ${node}; start it with \`npm run\`, which uses the project's own Node`);
  process.exit(1);
}
