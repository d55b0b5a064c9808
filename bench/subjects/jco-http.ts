import { type FreshOutput, loadOutput } from './jco-output.ts';
import { callInPage, callOnNode, type Handler, type NodeShim, type PageShim, type SharedOutput } from './shims.ts';
import type { CreateSubject, Surroundings } from './subject.ts';

/** Whether one instance answers all calls or each call has its own: the name of the folder with the output. */
export interface JcoHttpOptions {
  readonly mode: 'shared' | 'fresh';
}

type Shim = NodeShim & PageShim;

/** A P3 handler as jco's output and preview3-shim run it. */
const create: CreateSubject<JcoHttpOptions> = async (surroundings, { mode }) => {
  if (mode === 'fresh') {
    const { output, instantiate } = await loadOutput<FreshOutput & Shim>(surroundings, mode);
    const call = callerOf(surroundings, output);
    return { call: async () => call((await instantiate())['handler'] as Handler) };
  }
  const output = await surroundings.load<SharedOutput & Shim>(`${mode}/${surroundings.name}.js`);
  await output.$init;
  const call = callerOf(surroundings, output);
  return { call: () => call(output.handler) };
};

function callerOf({ name }: Surroundings, shim: Shim): (handler: Handler) => Promise<void> {
  return name === 'node' ? callOnNode(shim) : callInPage(shim);
}

export default create;
