import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Plugin } from 'vite';
import { guestsDir } from '../../scripts/guests/guest.ts';

/** Lets pages fetch built guests at `/guests/<name>.wasm`. */
export function serveGuests(): Plugin {
  return {
    name: 'serve-guests',
    configureServer(server) {
      server.middlewares.use('/guests/', (request, response) => {
        readFile(join(guestsDir, basename(request.url ?? ''))).then(
          (bytes) => response.writeHead(200, { 'content-type': 'application/wasm' }).end(bytes),
          () => response.writeHead(404).end(),
        );
      });
    },
  };
}
