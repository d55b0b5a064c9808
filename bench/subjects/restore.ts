import type { Instance } from '../../dist/core/engine/engine.js';
import { callByMessage } from './host-call.ts';
import { startWatched } from './watched-host.ts';
import type { CreateSubject } from './subject.ts';

/** A handler in a host that brings its instance back to its first state after each call; the time is that of the bringing back alone. */
const create: CreateSubject<object> = async (surroundings) => {
  let over = Promise.withResolvers<number>();
  const watch = (instance: Instance): Instance =>
    new Proxy(instance, {
      get(target, key: keyof Instance) {
        if (key === 'restore') {
          return (...given: Parameters<NonNullable<Instance['restore']>>) => {
            const begin = performance.now();
            const done = target.restore?.(...given) ?? false;
            over.resolve(performance.now() - begin);
            if (!done) over.reject(new Error('the instance cannot be brought back'));
            return done;
          };
        }
        return target[key];
      },
    });
  const { host } = await startWatched(surroundings, watch);
  const time = async (): Promise<number> => {
    over = Promise.withResolvers<number>();
    await callByMessage(host);
    return over.promise;
  };
  return { call: time, time };
};

export default create;
