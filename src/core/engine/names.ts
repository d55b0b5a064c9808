/** `to-debug-string` → `toDebugString` */
export function camelCase(name: string): string {
  return name.toLowerCase().replace(/-([a-z0-9])/g, (_dash, letter: string) => letter.toUpperCase());
}

/** `input-stream` → `InputStream` */
export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}
