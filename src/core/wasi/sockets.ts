import { WitError } from '../engine/values.ts';
import type { InterfaceTable } from './interface.ts';

/**
 * Sockets for a workload without a network: everything links, whatever would make a socket or look up a name answers
 * `access-denied`. A resource nobody can make has its methods all the same, because linking asks for them.
 */
function unreachable(methods: readonly string[]): new () => object {
  class Unreachable {}
  const method = (): never => {
    throw new Error('a method of a socket that cannot exist was called');
  };
  for (const name of methods) Object.defineProperty(Unreachable.prototype, name, { value: method });
  return Unreachable;
}

const options = ['KeepAliveEnabled', 'KeepAliveIdleTime', 'KeepAliveInterval', 'KeepAliveCount', 'HopLimit', 'ReceiveBufferSize', 'SendBufferSize'];
const datagramOptions = ['UnicastHopLimit', 'ReceiveBufferSize', 'SendBufferSize'];
const getters = (names: readonly string[]): string[] => names.map((name) => `get${name}`);
const setters = (names: readonly string[]): string[] => names.map((name) => `set${name}`);
const bare = (names: readonly string[]): string[] => names.map((name) => name.charAt(0).toLowerCase() + name.slice(1));

/** `wasi:sockets` 0.3 */
export function createDeniedSockets(): InterfaceTable {
  const deny = (): never => {
    throw new WitError({ tag: 'access-denied' });
  };
  const addresses = ['getLocalAddress', 'getRemoteAddress', 'getAddressFamily'];
  const tcp = [
    'bind',
    'connect',
    'listen',
    'send',
    'receive',
    'getIsListening',
    'setListenBacklogSize',
    ...addresses,
    ...getters(options),
    ...setters(options),
  ];
  const udp = ['bind', 'connect', 'disconnect', 'send', 'receive', ...addresses, ...getters(datagramOptions), ...setters(datagramOptions)];
  const types = {
    TcpSocket: Object.assign(unreachable(tcp), { create: deny }),
    UdpSocket: Object.assign(unreachable(udp), { create: deny }),
  };
  const lookup = { resolveAddresses: deny };
  return { 'wasi:sockets/types': () => types, 'wasi:sockets/ip-name-lookup': () => lookup };
}

/** `wasi:sockets` 0.2 */
export function createDeniedSocketsP2(): InterfaceTable {
  const deny = (): never => {
    throw new WitError('access-denied');
  };
  class Network {}
  const addresses = ['localAddress', 'remoteAddress', 'addressFamily', 'subscribe'];
  const binding = ['startBind', 'finishBind'];
  const connecting = ['startConnect', 'finishConnect', 'startListen', 'finishListen', 'accept', 'isListening', 'setListenBacklogSize', 'shutdown'];
  const network = { Network, networkErrorCode: () => undefined };
  const instanceNetwork = { instanceNetwork: () => new Network() };
  const tcp = { TcpSocket: unreachable([...binding, ...connecting, ...addresses, ...bare(options), ...setters(options)]) };
  const udp = {
    UdpSocket: unreachable([...binding, 'stream', ...addresses, ...bare(datagramOptions), ...setters(datagramOptions)]),
    IncomingDatagramStream: unreachable(['receive', 'subscribe']),
    OutgoingDatagramStream: unreachable(['checkSend', 'send', 'subscribe']),
  };
  const lookup = { resolveAddresses: deny, ResolveAddressStream: unreachable(['resolveNextAddress', 'subscribe']) };
  const createTcp = { createTcpSocket: deny };
  const createUdp = { createUdpSocket: deny };
  return {
    'wasi:sockets/network': () => network,
    'wasi:sockets/instance-network': () => instanceNetwork,
    'wasi:sockets/tcp': () => tcp,
    'wasi:sockets/tcp-create-socket': () => createTcp,
    'wasi:sockets/udp': () => udp,
    'wasi:sockets/udp-create-socket': () => createUdp,
    'wasi:sockets/ip-name-lookup': () => lookup,
  };
}
