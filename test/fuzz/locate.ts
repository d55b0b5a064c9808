import type { Worker } from 'node:worker_threads';
import { Session } from 'node:inspector/promises';

/** A V8 profile, as far as it is looked at. */
interface Profile {
  readonly nodes: readonly { readonly hitCount?: number; readonly callFrame: { readonly functionName: string; readonly url: string } }[];
}
interface Answer {
  readonly id?: number;
  readonly result?: { readonly profile?: Profile };
}

const profiledMs = 300;
const answerMs = 3000;
const remindEveryMs = 100;

/** Where a thread is most of the time. */
export interface Seen {
  /** Whether it is in core code, at least now and then. */
  readonly core: boolean;
  readonly where: string;
}

/** Where threads are that do not come back: in core code, or elsewhere. */
export interface Locator {
  /** `undefined` if the thread does not let itself be seen. */
  locate(worker: Worker): Promise<Seen | undefined>;
  close(): void;
}

/** Looks with the profiler, which sees threads also in the middle of a loop. One thread is looked at at a time. */
export async function createLocator(): Promise<Locator> {
  const session = new Session();
  session.connect();
  const sessions = new Map<string, string>();
  let ids = 0;
  let heard: (answer: Answer) => void = () => {};
  session.on('NodeWorker.attachedToWorker', ({ params }) => void sessions.set(params.workerInfo.workerId, params.sessionId));
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => heard(JSON.parse(params.message) as Answer));
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });

  const ask = async (worker: Worker, method: string): Promise<Answer | undefined> => {
    const sessionId = sessions.get(String(worker.threadId));
    if (sessionId === undefined) throw new Error('the thread is not known to the inspector');
    const id = ++ids;
    const answered = new Promise<Answer>((resolve) => {
      heard = (answer) => answer.id === id && resolve(answer);
    });
    await session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method }) });
    // A thread that changes stacks may miss that it has a message; whatever else is asked of it reminds it.
    const reminding = setInterval(() => void worker.getHeapStatistics().catch(() => {}), remindEveryMs);
    const answer = await Promise.race([answered, wait(answerMs)]);
    clearInterval(reminding);
    return answer;
  };
  return {
    async locate(worker) {
      await ask(worker, 'Profiler.enable');
      await ask(worker, 'Profiler.start');
      await wait(profiledMs);
      const profile = (await ask(worker, 'Profiler.stop'))?.result?.profile;
      if (profile === undefined) return undefined;
      const [most] = profile.nodes.toSorted((one, other) => (other.hitCount ?? 0) - (one.hitCount ?? 0));
      const core = profile.nodes.some(({ callFrame, hitCount = 0 }) => callFrame.url.startsWith('wasm:') && hitCount > 0);
      return { core, where: `${most?.callFrame.functionName} (${most?.callFrame.url})` };
    },
    close: () => session.disconnect(),
  };
}

function wait(ms: number): Promise<undefined> {
  return new Promise((resolve) => void setTimeout(() => resolve(undefined), ms));
}
