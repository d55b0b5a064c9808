import { readLookupName, withoutRootDot } from './lookup-name.ts';

/** What `host.wasmcloud.internal` resolves to: an address that stands for the machine's own loopback and is not on any network. */
export const hostLoopbackAddress = '127.255.255.254';

const zone = 'wasmcloud.internal';

/**
 * The addresses of a name that no resolver is asked for and no policy decides about; none for a reserved name that stands for nothing, so that
 * nobody else can answer for it. Answers undefined for every other name.
 *
 * - `service.wasmcloud.internal`, `<name>.svc.wasmcloud.internal`: the workload's own loopback network, where its service listens
 * - `host.wasmcloud.internal`: {@link hostLoopbackAddress}
 * - anything else in `wasmcloud.internal`: nothing
 * - `<name>.localhost`: the workload's own loopback network
 */
export function reservedAddresses(name: string): readonly string[] | undefined {
  // What is no name at all cannot be left to others either when it ends like these.
  const text = readLookupName(name)?.text ?? withoutRootDot(name).toLowerCase();
  if (/.\.localhost$/s.test(text)) return ['127.0.0.1', '::1'];
  if (text === zone) return [];
  if (!text.endsWith(`.${zone}`)) return undefined;
  const label = text.slice(0, -zone.length - 1);
  if (label === 'host') return [hostLoopbackAddress];
  return label === 'service' || /^[^.]+\.svc$/.test(label) ? ['127.0.0.1'] : [];
}
