/** Serves a component with preview3-shim's HTTP server: `jco-server.ts COMPONENT FOLDER PORT`. */
import { readFile } from 'node:fs/promises';
import { importHandler, transpileHandler } from '../lib/jco.ts';

const [component = '', folder = '', port] = process.argv.slice(2);
await transpileHandler(await readFile(component), folder, 'shared');
const { handler, http } = await importHandler(folder);
// The server wants the result as it is in WIT, the output gives what is inside it.
const server = new http.HttpServer({ handle: async (request: unknown) => ({ tag: 'ok', val: await handler.handle(request) }) });
server.on('error', (failure) => console.error(failure));
await server.listen(Number(port), '127.0.0.1');
console.log(`listening on ${port}`);
