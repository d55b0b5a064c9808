import type { ComponentSource } from './protocol.ts';

/** Reads a component and tells how much of it has come. */
export async function readSource(source: ComponentSource, onLoaded: (bytes: number, of: number) => void): Promise<Uint8Array> {
  if ('file' in source) return new Uint8Array(await source.file.arrayBuffer());
  const response = await fetch(source.url);
  if (!response.ok || response.body === null) throw new Error(`cannot load ${source.url}: the server answered ${response.status}`);
  const of = Number(response.headers.get('content-length') ?? 0);
  const chunks: Uint8Array[] = [];
  let count = 0;
  for (const reader = response.body.getReader(); ;) {
    const { value } = await reader.read();
    if (value === undefined) break;
    chunks.push(value);
    count += value.length;
    onLoaded(count, of);
  }
  return join(chunks, count);
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
