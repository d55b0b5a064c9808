import { build } from 'vite';

/** Builds TypeScript modules for a page that tests open; each becomes `<its name>.js` in a folder, beside what it loads. */
export async function buildTestPage(entries: Readonly<Record<string, string>>, outDir: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    base: './',
    build: {
      outDir,
      assetsDir: '',
      assetsInlineLimit: 0,
      target: 'esnext',
      minify: false,
      modulePreload: false,
      rolldownOptions: { input: { ...entries }, output: { entryFileNames: '[name].js' } },
    },
  });
}
