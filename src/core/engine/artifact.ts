import { concat } from './concat.ts';
import type { Artifact } from './engine.ts';

/** First bytes of a stored artifact; the number changes with the layout. */
const magic = new TextEncoder().encode('hostling artifact 1\n');

interface Header {
  engine: string;
  digest: string;
  interface: Artifact['interface'];
  source: number;
  modules: [name: string, size: number][];
}

/** An artifact as one run of bytes: the magic, the header's size, the header as JSON, the source, the modules. */
export function encodeArtifact(artifact: Artifact): Uint8Array {
  const encoder = new TextEncoder();
  const source = encoder.encode(artifact.source);
  const modules = Object.entries(artifact.modules);
  const header: Header = {
    engine: artifact.engine,
    digest: artifact.digest,
    interface: artifact.interface,
    source: source.length,
    modules: modules.map(([name, bytes]) => [name, bytes.length]),
  };
  const head = encoder.encode(JSON.stringify(header));
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, head.length);
  return concat([magic, size, head, source, ...modules.map(([, bytes]) => bytes)]);
}

/** The artifact of {@link encodeArtifact}'s bytes; `undefined` for anything else, or when some of it is missing. */
export function decodeArtifact(bytes: Uint8Array): Artifact | undefined {
  if (bytes.length < magic.length + 4 || magic.some((byte, index) => bytes[index] !== byte)) return undefined;
  let at = magic.length + 4;
  const take = (size: number): Uint8Array => bytes.subarray(at, (at += size));
  const headSize = new DataView(bytes.buffer, bytes.byteOffset + magic.length).getUint32(0);
  if (at + headSize > bytes.length) return undefined;
  const decoder = new TextDecoder();
  const header = parseHeader(decoder.decode(take(headSize)));
  if (header === undefined) return undefined;
  const total = header.modules.reduce((sum, [, size]) => sum + size, at + header.source);
  if (total !== bytes.length) return undefined;
  const source = decoder.decode(take(header.source));
  const modules = Object.fromEntries(header.modules.map(([name, size]) => [name, take(size)]));
  return { engine: header.engine, digest: header.digest, interface: header.interface, source, modules };
}

function parseHeader(text: string): Header | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // damaged, and so none
  }
  return isHeader(value) ? value : undefined;
}

function isHeader(value: unknown): value is Header {
  if (typeof value !== 'object' || value === null) return false;
  const { engine, digest, interface: described, source, modules } = value as { [Key in keyof Header]?: unknown };
  if (typeof engine !== 'string' || typeof digest !== 'string' || !isSize(source) || !Array.isArray(modules)) return false;
  if (typeof described !== 'object' || described === null) return false;
  if (!('imports' in described && Array.isArray(described.imports) && 'exports' in described && Array.isArray(described.exports))) return false;
  return modules.every((item: unknown) => Array.isArray(item) && typeof item[0] === 'string' && isSize(item[1]));
}

function isSize(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
