/** An unsigned number as LEB128; exact below 2^53. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value === 0 ? low : low + 128);
  } while (value !== 0);
  return bytes;
}

/** A name: its length in bytes, and its bytes in UTF-8. */
export function name(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...leb(bytes.length), ...bytes];
}
