import { readFile } from 'node:fs/promises';
import { runScript } from '../lib/child.ts';
import type { Figure, Part, Row } from '../lib/figure.ts';
import { transpileHandler } from '../lib/jco.ts';
import { peerOfTimes } from '../lib/pairs.ts';
import { childScript, largeService } from '../lib/paths.ts';
import { profileArgs } from '../lib/profile.ts';
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
  parts: () => [part('cold'), part('cached')],
};

function part(name: keyof typeof limits): Part {
  return {
    name,
    measure: ({ starts }) =>
      withCleanup(async ({ folder }) => {
        const { path, label } = largeService();
        const ours = async (cache: string): Promise<Start> => parse(await runScript(childScript('host-start'), [path, cache]));
        const theirs = async (output: string): Promise<Start> => parse(await runScript(childScript('jco-start'), [path, output, name]));
        const [cache, output] = [await folder(), await folder()];
        await ours(cache);
        await transpileHandler(await readFile(path), output, 'shared');
        const times = { ours: [] as Start[], theirs: [] as Start[] };
        for (let count = 0; count < starts; count++) {
          times.ours.push(await ours(name === 'cold' ? await folder() : cache));
          times.theirs.push(await theirs(name === 'cold' ? await folder() : output));
        }
        return name === 'cold'
          ? figures(`${label}, cold`, times.ours, times.theirs, 'jco: transpile, import, call', limits.cold)
          : figures(`${label}, prepared before`, times.ours, times.theirs, 'jco: import, call', limits.cached);
      }),
    profile: ({ folder: profile }) =>
      withCleanup(async ({ folder }) => {
        const cache = await folder();
        const { path } = largeService();
        if (name === 'cached') await runScript(childScript('host-start'), [path, cache]);
        await runScript(childScript('host-start'), [path, cache], profileArgs(profile));
      }),
  };
}

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
