import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from 'vitest/config';
import { chromiumFlags, chromiumPath, firefoxPath } from './scripts/lib/browser-places.ts';

type Plugin = NonNullable<ViteUserConfig['plugins']>[number];

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** One platform's project: every `*.test.ts` but those of other platforms, with `#host` the platform's own. */
function project(
  name: string,
  include: readonly string[],
  exclude: readonly string[],
  host: string,
  rest: Partial<NonNullable<TestProjectInlineConfiguration['test']>>,
  plugins: Plugin[] = [],
): TestProjectInlineConfiguration {
  return {
    extends: true,
    resolve: { alias: { '#host': path(`./test/host.${host}.ts`), '#bundles': path('./.cache/bundles/index.js') } },
    plugins,
    test: { name, include: [...include], exclude: ['**/node_modules/**', ...exclude], ...rest },
    // Prepared by vite it would lose its core modules, which lie beside it.
    optimizeDeps: { exclude: ['@bytecodealliance/jco-transpile'] },
  };
}

const every = ['test/**/*.test.ts'];
const not = (...kinds: string[]): string[] => kinds.map((kind) => `test/**/*.${kind}.test.ts`);

const chromium = playwright({ launchOptions: { executablePath: chromiumPath, args: ['--headless', ...chromiumFlags] } });

const firefox = playwright({ launchOptions: { executablePath: firefoxPath, channel: 'moz-firefox' } });

/** What Firefox is tried with: that components run there at all. */
const smoke = ['test/platform/engine.test.ts', 'test/platform/http-host.test.ts'];

const browser = { enabled: true, headless: true, screenshotFailures: false, ui: false } as const;

export default defineConfig({
  test: {
    globalSetup: ['./test/setup/global.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      project('node', every, not('browser', 'workers'), 'node', {}),
      project('browser', every, not('node', 'workers'), 'browser', { browser: { ...browser, provider: chromium, instances: [{ browser: 'chromium' }] } }),
      project('workers', every, not('node', 'browser'), 'workers', {}, [cloudflareTest({ wrangler: { configPath: './test/wrangler.jsonc' } })]),
      ...(existsSync(firefoxPath)
        ? [project('firefox', smoke, [], 'browser', { browser: { ...browser, provider: firefox, instances: [{ browser: 'firefox' }] } })]
        : []),
    ],
  },
});
