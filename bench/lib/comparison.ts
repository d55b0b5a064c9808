import { type EnvironmentName, openEnvironment, type SubjectRequest } from './environment.ts';
import type { Question } from './calls.ts';
import type { Figure, Part } from './figure.ts';
import { interleave, type Sample } from './pairs.ts';
import { withCleanup } from './temporary.ts';

/** Subjects that are measured in turns in one environment. */
export interface Comparison<Name extends string, Measured extends string> {
  readonly name: string;
  readonly where: EnvironmentName;
  /** Puts into a folder what the subjects need. */
  readonly prepare: (folder: string) => Promise<void>;
  /** hostling's first: it is the one that is profiled. */
  readonly subjects: Readonly<Record<Name, Pick<SubjectRequest, 'script' | 'options'>>>;
  /** What is asked of whom, in each round; the first is asked for a profile. */
  readonly questions: Readonly<Record<Measured, { readonly of: Name } & Omit<Question, 'ms'>>>;
  readonly figures: (samples: Readonly<Record<Measured, readonly Sample[]>>) => Figure[];
}

/** A part of a row that is one comparison. */
export function compare<Name extends string, Measured extends string>(comparison: Comparison<Name, Measured>): Part {
  const { name, where, prepare, subjects, questions, figures } = comparison;
  const names = Object.keys(subjects) as Name[];
  const asked = Object.entries(questions) as [Measured, { of: Name } & Omit<Question, 'ms'>][];
  return {
    name,
    measure: ({ pairs, callMs }) =>
      withCleanup(async ({ folder, keep }) => {
        const files = await folder();
        await prepare(files);
        const environment = await keep(openEnvironment(where));
        const started = new Map(
          await Promise.all(names.map(async (subject) => [subject, await keep(environment.start({ ...subjects[subject], folder: files }))] as const)),
        );
        const sides = asked.map(([measured, { of, ...question }]) => [measured, () => started.get(of)?.ask<Sample>({ ...question, ms: callMs })]);
        return figures(await interleave(pairs, Object.fromEntries(sides) as Record<Measured, () => Promise<Sample>>));
      }),
    profile: ({ folder: profile, seconds }) =>
      withCleanup(async ({ folder, keep }) => {
        const files = await folder();
        await prepare(files);
        const environment = await keep(openEnvironment(where));
        const [first] = asked;
        if (first === undefined) throw new Error(`${name} measures nothing`);
        const [, { of, ...question }] = first;
        const subject = await keep(environment.start({ ...subjects[of], folder: files, profile }));
        await subject.ask({ ...question, ms: seconds * 1000 });
      }),
  };
}
