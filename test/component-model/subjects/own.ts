import { createComponentEngine } from '../../../src/core/engine/component-engine.ts';
import { createEngineSubject } from './engine.ts';
import type { Subject } from './subject.ts';

/** The engine that executes plans. */
export function createOwnSubject(): Subject {
  return createEngineSubject(createComponentEngine((callback) => void setImmediate(callback)));
}
