import type { Question } from './calls.ts';
import { startSubject, type Subject } from './child.ts';
import type { HeapQuestion } from './heap.ts';
import { childScript } from './paths.ts';
import { profileArgs } from './profile.ts';

/** A module of `subjects/` and what it is to do, with the files it finds. */
export interface SubjectRequest {
  readonly script: string;
  readonly options: object;
  readonly folder: string;
  /** Where it is to write a profile when it ends. */
  readonly profile?: string | undefined;
  /** Options for Node. */
  readonly nodeArgs?: readonly string[];
}

/** Where subjects run, each in a process of its own. */
export interface Environment {
  start(request: SubjectRequest): Promise<Subject>;
  end(): Promise<void>;
}

/** What a subject can be asked. */
export type SubjectQuestion = Question | HeapQuestion;

export type EnvironmentName = 'node' | 'chromium';

/** How figures name an environment. */
export const environmentLabels: Readonly<Record<EnvironmentName, string>> = { node: 'Node', chromium: 'Chromium' };

/** Opens an environment; subjects that are still there end with it. */
export async function openEnvironment(name: EnvironmentName): Promise<Environment> {
  if (name === 'node') return node;
  const { openChromium } = await import('./chromium.ts');
  return openChromium();
}

const node: Environment = {
  start({ script, options, folder, profile, nodeArgs = [] }) {
    const args = [...nodeArgs, ...(profile === undefined ? [] : profileArgs(profile))];
    return startSubject(childScript('subject'), [script, folder, JSON.stringify(options)], args);
  },
  end: async () => {},
};
