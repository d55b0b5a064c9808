import { compilePlan } from '../../../src/core/engine/plan/compile.ts';
import type { Subject } from './subject.ts';

/** Only compiles: the plan, and the core modules it names. */
export function createPlanSubject(): Subject {
  return {
    async compile(bytes) {
      const plan = compilePlan(bytes);
      for (const module of plan.modules) if (module.kind === 'embedded') await WebAssembly.compile(bytes.slice(module.offset, module.offset + module.size));
      return {};
    },
  };
}
