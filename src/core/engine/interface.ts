/** A function as a component's own types declare it. */
export interface FunctionType {
  /** As in WIT: `handle`, `[method]descriptor.read`, `[constructor]fields`. */
  readonly name: string;
  /** Whether its type is `async func`. */
  readonly async: boolean;
}

/** What kind of thing an import or export is. */
export type ExternKind = 'func' | 'instance' | 'type' | 'component' | 'module' | 'value';

/** One import or export of a component. */
export interface Extern {
  /** The name with its version: `wasi:http/handler@0.3.0`, or a plain name for a function of the world itself. */
  readonly name: string;
  readonly kind: ExternKind;
  /** The functions of an instance, or the function itself; absent where the component does not say. */
  readonly functions?: readonly FunctionType[];
}

/** What a component imports and exports, in the order of its sections: its world. */
export interface ComponentInterface {
  readonly imports: readonly Extern[];
  readonly exports: readonly Extern[];
}

/** A name such as `wasi:http/handler@0.3.0` in parts. */
export interface InterfaceName {
  /** `wasi:http/handler`, or the plain name. */
  readonly id: string;
  readonly version?: readonly [major: number, minor: number, patch: number];
  /** What follows the three numbers, such as `-rc-2026-03-15`. */
  readonly preRelease?: string;
}

/** Splits a name; a version that is not three numbers is left with the id. */
export function parseInterfaceName(name: string): InterfaceName {
  const match = /^([^@]+)@(\d+)\.(\d+)\.(\d+)(?:(-[^+]+))?(?:\+.*)?$/.exec(name);
  if (match === null) return { id: name };
  const [, id = name, major, minor, patch, preRelease] = match;
  const version = [Number(major), Number(minor), Number(patch)] as const;
  return preRelease === undefined ? { id, version } : { id, version, preRelease };
}
