export {};

declare module 'vitest' {
  /** What `test/setup/global.ts` gives tests on every platform, by `inject`. */
  interface ProvidedContext {
    /** The address of the server in `test/setup/origin.ts`. */
    serveOrigin: string;
    /** The authority of the server in `test/platform/http-server.ts`. */
    httpServer: string;
    /** An authority where nobody listens. */
    deadAuthority: string;
    /** Where prepared components are kept between runs; for Node. */
    artifactsDir: string;
  }
}
