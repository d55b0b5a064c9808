/** What the scripts are run against. */
export interface Subject {
  /**
   * Refuses what is not valid.
   * @throws anything
   */
  compile(bytes: Uint8Array): Promise<Compiled>;
}

/** A component that was found valid. */
export interface Compiled {
  /** Absent where the subject only compiles. */
  readonly instantiate?: (imports: HostImports) => Promise<Running>;
}

/** An instance in a store of its own. */
export interface Running {
  /** What another component can import of it, by name. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** Calls an export of the root. Values are in jco's representation; the `err` of a result is thrown as an error with `payload`. */
  invoke(name: string, args: readonly unknown[]): Promise<unknown>;
  dispose(): void;
}

/** What components may import: root functions and instances by name. */
export interface HostImports {
  readonly functions: Readonly<Record<string, (...args: never[]) => unknown>>;
  readonly instances: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Subjects by their name on the command line. */
export const subjects: Readonly<Record<string, () => Promise<Subject>>> = {
  plan: async () => (await import('./plan.ts')).createPlanSubject(),
  jco: async () => (await import('./jco.ts')).createJcoSubject(),
  own: async () => (await import('./own.ts')).createOwnSubject(),
};
