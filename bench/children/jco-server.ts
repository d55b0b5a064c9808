/** Serves a component with preview3-shim's HTTP server: `jco-server.ts COMPONENT FOLDER PORT`. */
import { readFile } from 'node:fs/promises';
import { HttpServer } from '@bytecodealliance/preview3-shim/http';
import { importShared, transpileWithJco } from './jco-component.ts';

const [component = '', folder = '', port] = process.argv.slice(2);
await transpileWithJco(await readFile(component), folder, 'shared');
const handler = await importShared(folder);
// The server wants the result as it is in WIT, the output gives what is inside it.
const server = new HttpServer({ handle: async (request: unknown) => ({ tag: 'ok', val: await handler.handle(request) }) });
server.on('error', (failure) => console.error(failure));
await server.listen(Number(port), '127.0.0.1');
console.log(`listening on ${port}`);
