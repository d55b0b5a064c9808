import { callNode, type NodeHost } from './run/node.ts';
import { createPageRunner } from './run/page-runner.ts';
import type { Call, CallEvent, ComponentInfo, LogLine, Runner } from './run/protocol.ts';
import { createRecording } from './run/recording.ts';
import type { CallTimes, StartTimes } from './run/recording.ts';
import { createWorkerRunner } from './run/worker-runner.ts';
import type { Choice } from './view/chooser.ts';

/** Where the tab's host can be. */
export type TabPlace = 'worker' | 'page';

/** How a call went somewhere. */
export interface CallReport {
  readonly start: StartTimes | undefined;
  readonly startedEarlier: boolean;
  readonly call: CallTimes;
}

/** The tab's two hosts. Each is made when it is first used, and remembers what was opened in it. */
export interface Places {
  /** Looks at a component; the second time it is known. */
  open(place: TabPlace, choice: Choice, onLoaded: (bytes: number, of: number) => void): Promise<ComponentInfo>;
  /** Asks an opened component. Rejects when there is no answer at all. */
  call(place: TabPlace, choice: Choice, call: Call, signal: AbortSignal, onEvent: (event: CallEvent) => void): Promise<CallReport>;
  /** Whether a component was started and not stopped. */
  runs(place: TabPlace, choice: Choice): boolean;
  stop(place: TabPlace, choice: Choice): Promise<void>;
}

/** Creates the tab's hosts; lines of their logs go to one listener. */
export function createPlaces(onLog: (line: LogLine) => void): Places {
  const runners: Readonly<Record<TabPlace, Runner>> = { worker: createWorkerRunner(onLog), page: createPageRunner(onLog) };
  const infos = new Map<string, ComponentInfo>();
  const starts = new Map<string, StartTimes>();
  const idOf = (place: TabPlace, { key }: Choice): string => `${place} ${key}`;

  const open: Places['open'] = async (place, choice, onLoaded) => {
    const known = infos.get(idOf(place, choice));
    if (known !== undefined) return known;
    const info = await runners[place].open(choice.key, choice.source, onLoaded);
    infos.set(idOf(place, choice), info);
    return info;
  };

  return {
    open,
    async call(place, choice, call, signal, onEvent) {
      const id = idOf(place, choice);
      const { loadMs } = await open(place, choice, () => {});
      const recording = createRecording(call.kind);
      const earlier = starts.get(id);
      try {
        await runners[place].call(choice.key, call, signal, (event) => {
          recording.note(event);
          onEvent(event);
        });
      } catch (failure) {
        // Whether it runs on is not known: a worker that was ended took all with it.
        if (signal.aborted) starts.clear();
        throw failure;
      }
      const start = recording.start(loadMs);
      if (start?.startMs !== undefined) starts.set(id, start);
      return { start: start ?? earlier, startedEarlier: start === undefined, call: recording.times() };
    },
    runs: (place, choice) => starts.has(idOf(place, choice)),
    async stop(place, choice) {
      await runners[place].stop(choice.key);
      starts.delete(idOf(place, choice));
    },
  };
}

/** Asks the same of the Node host beside this page. */
export async function callOnNode(node: NodeHost, choice: Choice, call: Call, signal: AbortSignal, onEvent: (event: CallEvent) => void): Promise<CallReport> {
  const sample = node.samples.find(({ name }) => name === choice.key);
  const recording = createRecording(call.kind);
  await callNode(choice.key, call, signal, (event) => {
    recording.note(event);
    onEvent(event);
  });
  const { loadMs = 0, start } = sample ?? {};
  const own = recording.start(loadMs);
  return { start: own ?? (start === undefined ? undefined : { loadMs, ...start }), startedEarlier: own === undefined, call: recording.times() };
}
