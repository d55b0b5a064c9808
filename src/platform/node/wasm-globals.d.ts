/** Node's own type package leaves WebAssembly to the DOM's types, which this project does not have. */
export {};

declare global {
  namespace WebAssembly {
    class Module {
      readonly [Symbol.toStringTag]: string;
    }
    function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>;
  }
}
