import { HostlingError } from '../errors.ts';

/** Finds the workload that answers for a `Host` header. */
export interface Router<T> {
  /**
   * Routes hosts to a target. A host is a name, a name with port, or `*` for whatever nobody else has.
   * @returns takes the routes back
   * @throws HostlingError `option-invalid` when one of them is taken or is no host
   */
  add(hosts: readonly string[], owner: string, target: T): () => void;
  /** By name and port, then by name, then `*`. */
  find(authority: string): T | undefined;
}

/** Creates an empty router. */
export function createRouter<T>(): Router<T> {
  const routes = new Map<string, { owner: string; target: T }>();
  return {
    add(hosts, owner, target) {
      const keys = hosts.map((host) => host.toLowerCase());
      for (const key of keys) {
        if (key !== '*' && !/^[a-z0-9._-]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/.test(key)) {
          throw new HostlingError('option-invalid', `'${key}' is no host; write a name such as hello.localhost, or * for every host`);
        }
        const taken = routes.get(key);
        if (taken !== undefined) throw new HostlingError('option-invalid', `workload ${taken.owner} already answers for host ${key}`);
      }
      for (const key of keys) routes.set(key, { owner, target });
      return () => {
        for (const key of keys) routes.delete(key);
      };
    },
    find(authority) {
      const host = authority.toLowerCase();
      return (routes.get(host) ?? routes.get(host.replace(/:\d+$/, '')) ?? routes.get('*'))?.target;
    },
  };
}
