/** A function as a WIT file declares it. */
export interface WitFunction {
  /** `wasi:io/poll` */
  readonly interface: string;
  /** `poll`, `[method]pollable.block`, `[static]fields.from-list`, `[constructor]fields` */
  readonly name: string;
  readonly async: boolean;
  /** Whether its type mentions a stream or a future. */
  readonly streams: boolean;
  /** Whether it returns a `result`. */
  readonly fallible: boolean;
}

/** Lists the functions of every interface in a WIT package's text. */
export function witFunctions(text: string): WitFunction[] {
  const plain = text.replace(/\/\/.*$/gm, '');
  const packageName = /package\s+([a-z0-9:-]+)/.exec(plain)?.[1] ?? '';
  const found: WitFunction[] = [];
  let current: string | undefined;
  let resource: string | undefined;
  let depth = 0;
  const token =
    /interface\s+([\w-]+)\s*\{|world\s+[\w-]+\s*\{|resource\s+([\w-]+)\s*\{|constructor\s*\(([^)]*)\)|%?([\w-]+)\s*:\s*(static\s+)?(async\s+)?func\s*\(([\s\S]*?);|[{}]/g;
  for (const match of plain.matchAll(token)) {
    const [whole, interfaceName, resourceName, constructorParameters, name, isStatic, isAsync, rest] = match;
    if (interfaceName !== undefined) {
      current = `${packageName}/${interfaceName}`;
      depth = 1;
    } else if (whole.startsWith('world')) {
      current = undefined;
      depth = 1;
    } else if (resourceName !== undefined) {
      resource = resourceName;
      depth++;
    } else if (whole === '{') depth++;
    else if (whole === '}') {
      depth--;
      if (depth <= 1) resource = undefined;
      if (depth <= 0) current = undefined;
    } else if (current !== undefined && constructorParameters !== undefined && resource !== undefined) {
      found.push({ interface: current, name: `[constructor]${resource}`, async: false, streams: false, fallible: false });
    } else if (current !== undefined && name !== undefined) {
      const full = resource === undefined ? name : `[${isStatic === undefined ? 'method' : 'static'}]${resource}.${name}`;
      found.push({
        interface: current,
        name: full,
        async: isAsync !== undefined,
        streams: /\b(stream|future)</.test(rest ?? ''),
        fallible: /->\s*result/.test(rest ?? ''),
      });
    }
  }
  return found;
}

/** The generated module. */
export function format(names: readonly string[]): string {
  const lines = names.map((name) => `  '${name}',`).join('\n');
  return `/** Functions of WASI 0.2 that may block, derived from the WIT of 0.2 and 0.3 by scripts/generate-wit.ts. */
export const blockingFunctions: ReadonlySet<string> = new Set([
${lines}
]);
`;
}
