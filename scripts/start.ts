/** Serves the sample components on this machine's Node and, through a page, in its browsers: `npm start`. */
import { requireNode } from './lib/require-node.ts';

requireNode(24);

const { start } = await import('./lib/start.ts');
// Nothing is left but, after a first build, a measurement that nobody waits for.
process.exit(await start(process.argv.slice(2)));
