import { describe, expect, test } from 'vitest';
import { decodeArtifact, encodeArtifact } from '../../src/core/engine/artifact.ts';
import type { Artifact } from '../../src/core/engine/engine.ts';

const artifact: Artifact = {
  engine: 'test-1',
  digest: 'ab'.repeat(32),
  interface: { imports: [{ name: 'a:b/c@1.2.3', kind: 'instance', functions: [{ name: 'f', async: true }] }], exports: [{ name: 'g', kind: 'func' }] },
  source: 'function load() { return "ü€"; }',
  modules: { 'component.core.wasm': Uint8Array.of(0, 1, 2, 255), 'empty.wasm': new Uint8Array(0), 'last.wasm': new Uint8Array(1000).fill(7) },
};

describe('a stored artifact', () => {
  test('comes back as it was', () => {
    expect(decodeArtifact(encodeArtifact(artifact))).toEqual(artifact);
  });

  test('comes back from the middle of a larger buffer', () => {
    const encoded = encodeArtifact(artifact);
    const larger = new Uint8Array(encoded.length + 20).fill(9);
    larger.set(encoded, 7);
    expect(decodeArtifact(larger.subarray(7, 7 + encoded.length))).toEqual(artifact);
  });

  test('that lacks its end is none, wherever it was cut', () => {
    const encoded = encodeArtifact(artifact);
    for (let length = 0; length < encoded.length; length++) expect(decodeArtifact(encoded.subarray(0, length))).toBeUndefined();
  });

  test('with something behind its end is none', () => {
    expect(decodeArtifact(Uint8Array.of(...encodeArtifact(artifact), 0))).toBeUndefined();
  });

  test('with a damaged head is none, or at least no failure', () => {
    const encoded = encodeArtifact(artifact);
    const head = new TextDecoder().decode(encoded).indexOf('function load');
    for (let at = 0; at < head; at++) {
      const damaged = encoded.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x5a;
      expect(() => decodeArtifact(damaged)).not.toThrow();
    }
  });

  test.each(['null', '[]', '{}', '{"modules":[["a",-1]]}', '{"engine":1,"modules":[],"source":0}'])('with the head %s is none', (head) => {
    const encoded = encodeArtifact(artifact);
    const start = encoded.subarray(0, new TextEncoder().encode('hostling artifact 1\n').length);
    const json = new TextEncoder().encode(head);
    expect(decodeArtifact(Uint8Array.of(...start, 0, 0, 0, json.length, ...json))).toBeUndefined();
  });
});
