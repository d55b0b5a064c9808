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
  const header = JSON.parse(decoder.decode(take(headSize))) as Header;
  const total = header.modules.reduce((sum, [, size]) => sum + size, at + header.source);
  if (total !== bytes.length) return undefined;
  const source = decoder.decode(take(header.source));
  const modules = Object.fromEntries(header.modules.map(([name, size]) => [name, take(size)]));
  return { engine: header.engine, digest: header.digest, interface: header.interface, source, modules };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
