const names = ['Suspending', 'promising', 'SuspendError'] as const;

/** Takes WebAssembly JSPI away from this realm, as from a runtime that never had it; answers what gives it back. */
export function takeJspi(): () => void {
  const api = (globalThis as unknown as { WebAssembly: Record<string, unknown> }).WebAssembly;
  const kept = names.map((name) => [name, Object.getOwnPropertyDescriptor(api, name)] as const);
  for (const name of names) delete api[name];
  return () => {
    for (const [name, descriptor] of kept) if (descriptor !== undefined) Object.defineProperty(api, name, descriptor);
  };
}

/** The same as a script, for where one runs before all others. */
export const takeJspiScript = `for (const name of ${JSON.stringify(names)}) delete WebAssembly[name];`;
