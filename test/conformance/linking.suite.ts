import { describe, expect, test } from 'vitest';
import type { Component, Imports, Instance } from '../../src/core/engine/engine.ts';
import { messageOf } from '../../src/core/errors.ts';
import type { Harness } from '../harness.ts';
import { within } from '../lib/until.ts';
import { channelCases } from './linking-channels.cases.ts';
import { partCases } from './linking-parts.cases.ts';
import { stepCases } from './linking-steps.cases.ts';
import { thingCases } from './linking-things.cases.ts';
import { valueCases } from './linking-values.cases.ts';

/** A function as JavaScript calls a component's. */
export type Call = (...args: unknown[]) => unknown;

/** Links guests with one another. */
export interface Links {
  /** An instance of a guest, given the named exports of others as imports. */
  instantiate(guest: string, ...from: Instance[]): Promise<Instance>;
  component(guest: string): Promise<Component>;
}

/** What a call comes to: its value, or the text of its failure. */
export async function outcomeOf(call: () => unknown): Promise<string> {
  try {
    await within(Promise.resolve(call()), 'the call ends');
    return 'nothing failed';
  } catch (failure) {
    return messageOf(failure);
  }
}

/** A component instantiated with another's exports: every WIT type crosses, and each keeps its own failures. */
export function linkingSuite({ platform, component }: Harness): void {
  const instantiate = async (guest: string, ...from: Instance[]): Promise<Instance> => {
    const imports: Record<string, unknown> = {};
    for (const { exports } of from) Object.assign(imports, exports);
    return (await component(guest)).instantiate(imports as Imports);
  };
  describe(`${platform}: components linked with one another`, () => {
    describe('values', () => valueCases({ instantiate, component }));
    describe('resources', () => thingCases({ instantiate, component }));
    describe('streams and futures', () => channelCases({ instantiate, component }));
    describe('streams and futures, step by step', () => stepCases({ instantiate, component }));
    describe('modules, instances and components', () => partCases({ instantiate, component }));

    test('what is missing is named when the instance is made', async () => {
      expect(await outcomeOf(() => instantiate('link-things-user'))).toContain('test:link/things@1.0.0');
      const values = await instantiate('link-values');
      const partly = { 'test:link/values@1.0.0': values.exports['test:link/values@1.0.0'] as object, add: undefined } as unknown as Imports;
      expect(await outcomeOf(async () => (await component('link-values-user')).instantiate(partly))).toContain('the import add');
    });
  });
}
