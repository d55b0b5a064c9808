import { runScript } from '../lib/child.ts';
import type { Figure, Row } from '../lib/figure.ts';
import { peerOfTimes } from '../lib/pairs.ts';
import { childScript, largeService } from '../lib/paths.ts';
import { median, quantile } from '../lib/stats.ts';
import { withCleanup } from '../lib/temporary.ts';

interface Start {
  /** From `createHost`, or whatever comes first, to the end of the first response. */
  readonly startMs: number;
  readonly wallMs: number;
}

const limits = { cold: 700, cached: 60 } as const;

/** The first response of a new process, with nothing prepared and with what an earlier process has prepared. */
export const row: Row = {
  name: 'start',
  about: 'start to first response, in a new process',

  async measure({ starts }) {
    const { path, label } = largeService();
    return withCleanup(async ({ folder }) => {
      const ours = async (cache: string): Promise<Start> => parse(await runScript(childScript('host-start'), [path, cache]));
      const theirs = async (mode: string, output: string): Promise<Start> => parse(await runScript(childScript('jco-start'), [path, output, mode]));
      const [cache, output] = [await folder(), await folder()];
      const times = { cold: [] as Start[], jcoCold: [] as Start[], cached: [] as Start[], jcoCached: [] as Start[] };
      await ours(cache);
      await theirs('cold', output);
      for (let count = 0; count < starts; count++) {
        times.cold.push(await ours(await folder()));
        times.jcoCold.push(await theirs('cold', await folder()));
        times.cached.push(await ours(cache));
        times.jcoCached.push(await theirs('cached', output));
      }
      return [
        ...figures(`${label}, cold`, times.cold, times.jcoCold, 'jco: transpile, import, call', limits.cold),
        ...figures(`${label}, prepared before`, times.cached, times.jcoCached, 'jco: import, call', limits.cached),
      ];
    });
  },

  async profile({ component, nodeArgs }) {
    await withCleanup(async ({ folder }) => {
      const cache = await folder();
      const { path } = largeService();
      if (component === 'cached') await runScript(childScript('host-start'), [path, cache]);
      await runScript(childScript('host-start'), [path, cache], nodeArgs);
    });
  },
};

function parse({ stdout, wallMs }: { stdout: string; wallMs: number }): Start {
  return { ...(JSON.parse(stdout) as { startMs: number }), wallMs };
}

function figures(label: string, ours: readonly Start[], theirs: readonly Start[], peerLabel: string, limitMs: number): Figure[] {
  const inside = ours.map(({ startMs }) => startMs);
  const whole = ours.map(({ wallMs }) => wallMs);
  const value = median(inside);
  const spread = (times: readonly number[]): { p50Ms: number; p99Ms: number } => ({ p50Ms: median(times), p99Ms: quantile(times, 0.99) });
  return [
    {
      label,
      unit: 'ms',
      value,
      ...spread(inside),
      peer: peerOfTimes(
        peerLabel,
        inside,
        theirs.map(({ startMs }) => startMs),
      ),
      goal: { text: `<= ${limitMs} ms`, met: value <= limitMs },
    },
    {
      label: `${label}, the whole process`,
      unit: 'ms',
      value: median(whole),
      ...spread(whole),
      peer: peerOfTimes(
        peerLabel,
        whole,
        theirs.map(({ wallMs }) => wallMs),
      ),
    },
  ];
}
