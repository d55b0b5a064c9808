import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, createLogger, type Logger } from 'vite';
import { measurePage, type PageSizes, sizesName } from './page-sizes.ts';
import { inRoot } from './root.ts';

/** Where the built page lies. */
export const pageDir: string = inRoot('.cache/page');

const sourceDir = inRoot('demo/page');

/** A page that was built. */
export interface BuiltPage {
  /** Of its parts, compressed; also in `sizes.json` once this resolves. */
  readonly sizes: Promise<PageSizes>;
}

/** Builds the sample page as anybody would who uses the package: from `dist`, with the transpiler in a chunk of its own. */
export async function buildPage(): Promise<BuiltPage> {
  const known = await readFile(join(pageDir, sizesName), 'utf8').catch(() => undefined);
  await build({
    configFile: false,
    logLevel: 'warn',
    root: sourceDir,
    base: './',
    customLogger: quietLogger(),
    resolve: { alias: { 'hostling/browser': inRoot('dist/platform/browser/index.js') } },
    build: {
      target: 'esnext',
      outDir: pageDir,
      emptyOutDir: true,
      manifest: true,
      assetsInlineLimit: 0,
      // A worker has no document to put links in.
      modulePreload: false,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: {
        // The worker is an entry and not a build of its own, so that both share the host's chunk and the transpiler's.
        input: { page: join(sourceDir, 'index.html'), worker: join(sourceDir, 'run/worker.ts') },
        output: {
          entryFileNames: ({ name }) => (name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js'),
        },
      },
    },
  });
  return { sizes: measurePage(pageDir, known) };
}

/** What vite has to say but the two remarks that the transpiler's package always draws: it asks for `node:fs/promises` on Node only. */
function quietLogger(): Logger {
  const logger = createLogger('warn');
  const remarks = /externalized for browser compatibility|MODULE_LEVEL_DIRECTIVE/;
  const { warn, warnOnce } = logger;
  logger.warn = (message, options) => (remarks.test(message) ? undefined : warn(message, options));
  logger.warnOnce = (message, options) => (remarks.test(message) ? undefined : warnOnce(message, options));
  return logger;
}
