/**
 * A trap as the component model means it: it ends the instance and cannot be caught by a guest. The class is for the engine's own throws;
 * where one passes through core code it is carried by a real trap, see the runtime.
 */
export class Trap extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'Trap';
  }
}

/** Throws a {@link Trap}. */
export function trap(message: string): never {
  throw new Trap(message);
}
