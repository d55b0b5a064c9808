/** What the strict page and its worker do: ask components, and note what the policy refused meanwhile. */
import { createHost } from '../../../src/platform/browser/index.ts';
import { HostlingError, messageOf } from '../../../src/core/errors.ts';

/** One request of one guest; with a body it is a POST. */
export interface Question {
  readonly guest: string;
  readonly path: string;
  readonly body?: string;
}

/** What the page is opened to do. */
export interface Order {
  readonly engine: 'hostling' | 'jco';
  readonly place: 'page' | 'worker';
  readonly questions: readonly Question[];
}

/** An answer, or why there is none. */
export type Answer = { readonly status: number; readonly text: string; readonly log?: readonly string[] } | { readonly code: string; readonly message: string };

/** What came of an order. */
export interface Report {
  /** One for each question. */
  readonly answers: readonly Answer[];
  /** The policy's directives that something ran against, with what it was. */
  readonly violations: readonly string[];
}

/** Carries out an order in this realm. */
export async function askAll({ engine, questions }: Order): Promise<Report> {
  const violations: string[] = [];
  globalThis.addEventListener('securitypolicyviolation', (event) => {
    const { effectiveDirective, blockedURI } = event as SecurityPolicyViolationEvent;
    violations.push(`${effectiveDirective} ${blockedURI}`);
  });
  const answers: Answer[] = [];
  for (const question of questions) answers.push(await ask(engine, question));
  // Violations are told in tasks of their own.
  await new Promise((resolve) => setTimeout(resolve));
  return { answers, violations };
}

async function ask(engine: Order['engine'], { guest, path, body }: Question): Promise<Answer> {
  const log: string[] = [];
  const host = await createHost({ engine, cacheName: false, log: { write: (_level, text) => void log.push(text) } });
  try {
    const workload = await host.start({ component: `/guests/${guest}.wasm`, env: { NAME: 'strict' } });
    const response = await workload.fetch(path, body === undefined ? {} : { method: 'POST', body });
    return { status: response.status, text: await response.text(), ...(log.length > 0 ? { log } : {}) };
  } catch (failure) {
    return failure instanceof HostlingError ? { code: failure.code, message: failure.message } : { code: 'not ours', message: messageOf(failure) };
  } finally {
    await host.stop({ graceMs: 0 });
  }
}
