export {};

declare global {
  /** What `src/core/web-globals.d.ts` does not have of it. */
  interface TextEncoder {
    encodeInto(text: string, into: Uint8Array): { read: number; written: number };
  }
}
