/**
 * Wordings that mean the same trap, as patterns. Wasmtime has other words for some traps when a host lifts the value than when a guest
 * does, and V8 has its own for those of core code.
 */
const sameTrap: readonly RegExp[] = [
  /unaligned pointer|pointer not aligned/,
  /string content out-of-bounds|string pointer\/length out of bounds of memory/,
  /invalid variant discriminant|discriminant \d+ out of range/,
  /unreachable/,
  /thrown Wasm exception|uncaught exception propagated out of component/,
  /uninitialized|null function or function signature mismatch|table index is out of bounds/,
  // The component model's own scripts tell streams from futures here, wasmtime's runner does not.
  /cannot write/,
  /cannot read/,
  /cannot drop busy stream|cannot remove busy stream/,
];

/** Whether a failure's text says what the script expects: by a part of it, as wasmtime's runner does, or by other words for the same trap. */
export function saysTrap(actual: string, expected: string): boolean {
  const wanted = expected.replace(/^wasm trap: /, '');
  return actual.includes(wanted) || sameTrap.some((words) => words.test(wanted) && words.test(actual));
}

/** The texts of an error and of what caused it. */
export function textOfFailure(failure: unknown): string {
  const texts: string[] = [];
  for (let at = failure; at !== undefined && at !== null && texts.length < 8; at = at instanceof Error ? at.cause : undefined) {
    texts.push(at instanceof Error ? `${at.name}: ${at.message}` : String(at));
  }
  return texts.join(' < ').replaceAll(/\s*\n\s*/g, ' / ');
}

/** Whether an error shows a defect of the subject itself rather than an answer of it. */
export function isCrash(failure: unknown): boolean {
  for (let at = failure; at instanceof Error; at = at.cause) {
    if (
      at instanceof TypeError ||
      at instanceof RangeError ||
      at instanceof ReferenceError ||
      at instanceof SyntaxError ||
      at instanceof WebAssembly.RuntimeError
    )
      return true;
  }
  return false;
}
