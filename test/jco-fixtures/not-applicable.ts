/** Cases whose outcome says nothing against hostling. */
export interface NotApplicable {
  /** The beginning of the cases' names. */
  readonly cases: string;
  /** What the failure, or what was logged, has in it, so that another failure is not taken for it; absent for what is not run. */
  readonly says?: string;
  readonly reason: string;
}

export const notApplicable: readonly NotApplicable[] = [
  {
    cases: 'readiness',
    says: 'right: 81',
    reason: "wants a host that drops a stream in the same moment as it takes elements: hostling's takes them, and then drops it",
  },
  {
    cases: 'synchronous transmit',
    says: 'right: 81',
    reason: "wants a host that drops a stream in the same moment as it takes elements: hostling's takes them, and then drops it",
  },
  {
    cases: 'yield synchronous',
    says: 'expected no cancellable',
    reason: 'its callee has a `thread.yield cancellable`, which was taken out of the component model (WebAssembly/component-model#716)',
  },
  {
    cases: 'unit stream composed',
    says: 'stream read/write count too large',
    reason: 'its caller reads more than 2^28 - 1 elements at once, as wit-bindgen 0.51 did: that traps since the component model limits them',
  },
  {
    cases: 'run p3-http-outbound-request-content-length',
    says: 'right: "more than 11 bytes"',
    reason: 'wants what is too much of a body to stay with who writes it: hostling has taken it when it says so',
  },
  {
    cases: 'run p3-http-outbound-request-invalid-header',
    says: 'custom-forbidden-header',
    reason: "wants a host that forbids a header of wasmtime's tests",
  },
  {
    cases: 'run p3-http-outbound-request-invalid-version',
    says: 'ErrorCode::HttpProtocolError',
    reason: 'wants CONNECT to fail in the server: hostling does not send it',
  },
  {
    cases: 'run p3-http-outbound-request-timeout',
    reason: 'wants a network on which 203.0.113.12 answers nobody: it would leave loopback',
  },
  {
    cases: 'run p3-sockets-',
    says: 'AccessDenied',
    reason: 'workloads have no network yet: wasi:sockets links, and making a socket answers access-denied',
  },
];
