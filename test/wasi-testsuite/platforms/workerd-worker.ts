/** The Worker's half of the workerd platform: one Worker for one component, asked to run its test. */
import component from './component/index.js';
import { createHost, createMemoryDirectory } from '../../../src/platform/workers/index.ts';
import { filesOf, perform, type Trial } from '../operations.ts';

export default {
  async fetch(request: Request): Promise<Response> {
    const trial: Trial = await request.json();
    const files = filesOf(trial);
    const why = await perform(trial, {
      host: await createHost({ log: { write() {} } }),
      component,
      root: files && createMemoryDirectory({ files }),
      request: (workload, path, init) => workload.fetch(path, init),
    });
    return Response.json({ why });
  },
};
