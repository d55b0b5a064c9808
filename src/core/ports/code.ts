/**
 * How this environment makes code of bytes. Absent where it may not (a plain Worker): there only components that were prepared at build
 * time run, or each in an isolate that is given its modules.
 */
export interface CodeLoader {
  /** Compiles one core module. Rejects with the runtime's `CompileError`, or with HostlingError `runtime-unsupported` where a policy forbids it. */
  compile(bytes: Uint8Array): Promise<WebAssembly.Module>;
  /**
   * Evaluates the source of one function expression and answers the function. The source MUST NOT be kept alive longer than the function where
   * the environment allows that. `name` appears in stack traces. Rejects with HostlingError `runtime-unsupported` where a policy forbids it.
   */
  evaluate(source: string, name: string): Promise<unknown>;
}
