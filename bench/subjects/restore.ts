import { type HandlerP2, handleP2 } from '../../dist/core/http/ingress.js';
import { InstanceScope } from '../../dist/core/wasi/scope.js';
import { entrypointsOf } from '../../dist/core/workload/runner.js';
import { loadOwn, wasiFor } from './own-component.ts';
import { callByMessage } from './host-call.ts';
import type { CreateSubject } from './subject.ts';

/** A P2 handler's instance that is brought back to its first state after each call; the time is that of the bringing back alone. */
const create: CreateSubject<object> = async (surroundings) => {
  const platform = surroundings.platform();
  const component = await loadOwn(platform, await surroundings.read('component.wasm'));
  const importsFor = wasiFor(platform, component.interface);
  const { http } = entrypointsOf(component.interface);
  if (http?.preview !== 2) throw new Error('the component does not export wasi:http/incoming-handler@0.2');
  let scope = new InstanceScope();
  const instance = await component.instantiate(importsFor(scope));

  const time = async (): Promise<number> => {
    const { fault } = instance;
    let finished: Promise<void> | undefined;
    await callByMessage({
      handle(request, signal) {
        const exchange = handleP2(instance.exports[http.name] as HandlerP2, request, { scope, fault, signal });
        ({ finished } = exchange);
        return exchange.response;
      },
    });
    await finished;
    await instance.idle?.();
    const next = new InstanceScope();
    const begin = performance.now();
    if (instance.restore?.(importsFor(next)) !== true) throw new Error('the instance cannot be brought back');
    const spent = performance.now() - begin;
    scope.close('the call is over');
    scope = next;
    return spent;
  };
  return { call: time, time };
};

export default create;
