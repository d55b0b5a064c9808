/** A subject in a process of its own: `subject.ts NAME FOLDER OPTIONS`, the options as JSON. Answers questions until nobody asks any more. */
import type { Calls, Question } from '../lib/calls.ts';
import { measure } from '../lib/calls.ts';
import { measureHeap } from '../lib/measure-heap.ts';
import type { HeapQuestion } from '../lib/heap.ts';
import { surroundingsIn } from '../subjects/surroundings-node.ts';
import type { CreateSubject } from '../subjects/subject.ts';

const [name = '', folder = '', options = '{}'] = process.argv.slice(2);
const surroundings = surroundingsIn(folder);

const made = (async (): Promise<Calls> => {
  const { default: create } = (await import(`../subjects/${name}.ts`)) as { default: CreateSubject<unknown> };
  return create(surroundings, JSON.parse(options));
})();
made.catch(() => {}); // whoever asks first is told

process.on('message', async (question: 'ready' | Question | HeapQuestion) => {
  try {
    const calls = await made;
    process.send?.({
      value: question === 'ready' ? null : question.kind === 'heap' ? await measureHeap(calls, question) : await measure(calls, question, surroundings),
    });
  } catch (failure) {
    process.send?.({ failure: failure instanceof Error ? (failure.stack ?? failure.message) : JSON.stringify(failure) });
  }
});
// Idle instances and shims' workers would keep it alive.
process.on('disconnect', () => process.exit());
