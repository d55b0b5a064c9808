import { describe, expect, test } from 'vitest';
import { HostlingError } from '../../src/core/errors.ts';
import { readManifest } from '../../src/core/workload/manifest/manifest.ts';
import { parseManifest } from '../../src/core/workload/manifest/parse.ts';
import { seededRandom } from '../lib/mutate.ts';
import { artifact, deployment } from './manifest-support.ts';

type Random = (below: number) => number;

/** A manifest with something at every path that is looked at. */
const rich = [
  artifact('shop-web', 'web:1'),
  deployment({
    replicas: 2,
    deployPolicy: 'Recreate',
    artifacts: [{ name: 'web', artifactFrom: { name: 'shop-web' } }],
    kubernetes: { service: { name: 's' } },
    template: {
      labels: { a: 'b' },
      spec: {
        hostSelector: { a: 'b' },
        components: [
          {
            name: 'web',
            image: 'artifact://web',
            imagePullSecret: { username: 'u', password: 'p' },
            poolSize: 1,
            localResources: {
              environment: { config: { A: 'b' }, secretFrom: [{ name: 's' }] },
              volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: true }],
              allowedHosts: ['*.example.com'],
              allowedIpNameLookups: ['::1'],
              allowedHostLoopbackPorts: ['53/udp'],
              memoryLimitMb: 64,
            },
          },
        ],
        service: { image: 's', maxRestarts: 3, localResources: { environment: { A: 'b' } } },
        hostInterfaces: [{ namespace: 'wasi', package: 'http', version: '0.2.2', interfaces: ['handler'], config: { host: 'x' } }],
        volumes: [{ name: 'v', hostPath: { path: '/v' } }],
      },
    },
  }),
];

const atoms: readonly unknown[] = [null, true, 0, -1, 1.5, 1e300, '', 'a', '*', '/', '..', '\0', 'artifact://', '__proto__', '\uD800', 'Workload', {}, []];
const names = ['', 'name', 'spec', 'config', 'image', '__proto__', 'constructor', 'toString', 'environment', 'a b'];

/** Any JSON. */
function randomJson(random: Random, depth: number): unknown {
  const kind = depth === 0 ? 0 : random(4);
  if (kind < 2) return atoms[random(atoms.length)];
  const items = Array.from({ length: random(4) }, () => randomJson(random, depth - 1));
  return kind === 2 ? items : Object.fromEntries(items.map((item) => [names[random(names.length)], item]));
}

/** The same JSON, but for one place in it. */
function withChange(value: unknown, random: Random): unknown {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0 || random(8) === 0) return randomJson(random, 2);
  const chosen = random(entries.length);
  const changed = entries.flatMap(([name, item], index): [string, unknown][] => {
    if (index !== chosen) return [[name, item]];
    const how = random(20);
    if (how === 0) return [];
    return how === 1 ? [[names[random(names.length)] ?? '', item]] : [[name, withChange(item, random)]];
  });
  return Array.isArray(value) ? changed.map(([, item]) => item) : Object.fromEntries(changed);
}

/** Whether it is a manifest; anything but a manifest or the one error for what is none is a defect. */
async function isValid(seed: number, read: () => unknown): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (failure) {
    if (failure instanceof HostlingError && failure.code === 'manifest-invalid') return false;
    throw new Error(`seed ${seed}`, { cause: failure });
  }
}

async function count(runs: number, read: (random: Random) => unknown): Promise<{ valid: number; invalid: number }> {
  let valid = 0;
  for (let seed = 1; seed <= runs; seed++) if (await isValid(seed, () => read(seededRandom(seed)))) valid++;
  return { valid, invalid: runs - valid };
}

describe('whatever is given', () => {
  test('the manifest that is changed is one', () => {
    expect(readManifest(rich)).toMatchObject({ workload: { components: [{ image: 'web:1' }] } });
  });

  test('any JSON is refused as no manifest', async () => {
    expect(await count(2000, (random) => readManifest(randomJson(random, 4)))).toEqual({ valid: 0, invalid: 2000 });
  });

  test('changed manifests are read or refused', async () => {
    const { valid, invalid } = await count(4000, (random) => readManifest(withChange(random(3) === 0 ? withChange(rich, random) : rich, random)));
    expect(valid).toBeGreaterThan(100);
    expect(invalid).toBeGreaterThan(1000);
  });

  test('damaged texts are read or refused', async () => {
    const text = JSON.stringify(rich, null, 1);
    const yaml = text.replace(/"(\w+)":/g, '$1:').replace(/^ *\{$/gm, '{');
    const marks = '{}[]:,-"\'\n\t #&*!|>%@`?\\~0ayeE.\uD83E';
    const { valid, invalid } = await count(600, (random) => {
      let damaged = random(2) === 0 ? text : yaml;
      for (let times = 1 + random(3); times > 0; times--) {
        const at = random(damaged.length);
        damaged = `${damaged.slice(0, at)}${marks[random(marks.length)]}${damaged.slice(at + random(3))}`;
      }
      return parseManifest(damaged);
    });
    expect(valid).toBeGreaterThan(10);
    expect(invalid).toBeGreaterThan(100);
  });
});
