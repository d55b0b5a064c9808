/** The least a server can do on Node: hello world over `node:http`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('hello world\n'));
server.listen(0, '127.0.0.1', () => console.log(`listening on ${(server.address() as AddressInfo).port}`));
