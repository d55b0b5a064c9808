import { compilePlan } from '../../../src/core/engine/plan/compile.ts';
import type { Subject } from './subject.ts';

/** Only compiles: the plan, and the core modules it names. */
export function createPlanSubject(): Subject {
  return {
    async compile(bytes) {
      const plan = compilePlan(bytes);
      for (const { offset, size } of plan.modules) await WebAssembly.compile(bytes.slice(offset, offset + size));
      return {};
    },
  };
}
