/** The page's half of the Chromium platform. */
import { createHost, createMemoryDirectory } from '../../../src/platform/browser/index.ts';
import { filesOf, perform, type Trial } from '../operations.ts';

declare global {
  /** Runs one test with the component at an address. */
  var testComponent: (trial: Trial, component: string) => Promise<string | undefined>;
}

const engine = new URLSearchParams(location.search).get('engine') === 'jco' ? 'jco' : 'hostling';
const host = await createHost({ engine, cacheName: false, log: { write() {} } });

globalThis.testComponent = (trial, component) => {
  const files = filesOf(trial);
  return perform(trial, {
    host,
    component,
    root: files && createMemoryDirectory({ files }),
    request: (workload, path, init) => workload.fetch(path, init),
  });
};
