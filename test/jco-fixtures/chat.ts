import assert from 'node:assert/strict';
import { all, type Call, type Case, exported, turns } from './case.ts';

interface Message {
  readonly role: string;
  readonly text: string;
}
interface Response {
  readonly tag: 'delta' | 'complete' | 'error';
  readonly val?: string;
}

const fixture = 'examples/transpile/p3-stream-chat/p3-stream-chat.wasm';
const name = 'jco-examples:p3-stream-chat';

/** The example of streams through host and guest: the answer begins before the question ends. */
export const chat: readonly Case[] = [
  {
    name: 'example p3-stream-chat',
    fixtures: [fixture],
    async run({ instantiate }) {
      const heard: Message[] = [];
      async function* generate(input: AsyncIterable<Message>): AsyncGenerator<Response> {
        let fails = false;
        for await (const message of input) {
          heard.push(message);
          if (message.role !== 'user') continue;
          fails ||= message.text === '[fail]';
          yield { tag: 'delta', val: `secret: ${message.text}` };
        }
        yield fails ? { tag: 'error', val: 'failed' } : { tag: 'complete' };
      }
      async function* filterResponse(input: AsyncIterable<Response>): AsyncGenerator<Response> {
        for await (const event of input) yield event.tag === 'delta' ? { tag: 'delta', val: event.val?.replace('secret', '[redacted]') as string } : event;
      }
      const instance = await instantiate(fixture, { [`${name}/chunk-generator`]: { generate }, [`${name}/response-filter`]: { filterResponse } });
      const ask = exported(instance, `${name}/chat`)['chat'] as Call;

      let asked = 0;
      async function* question(texts: readonly string[]): AsyncGenerator<Message> {
        for (const text of texts) {
          await turns(20);
          asked++;
          yield { role: 'user', text };
        }
        await turns(20);
        asked++;
      }
      const answers: Response[] = [];
      let askedAtFirst = 0;
      for await (const answer of (await ask(question(['one', 'two']))) as AsyncIterable<Response>) {
        if (answers.length === 0) askedAtFirst = asked;
        answers.push(answer);
      }
      assert.equal(askedAtFirst, 1);
      assert.equal(heard[0]?.role, 'system');
      assert.deepEqual(heard.slice(1), [
        { role: 'user', text: 'one' },
        { role: 'user', text: 'two' },
      ]);
      assert.deepEqual(
        answers.map(({ tag, val }) => [tag, val]),
        [
          ['delta', '[redacted]: one'],
          ['delta', '[redacted]: two'],
          ['complete', undefined],
        ],
      );
      const failed = (await all(await ask(question(['[fail]'])))) as Response[];
      assert.deepEqual([failed.at(-1)?.tag, failed.at(-1)?.val], ['error', 'failed']);
    },
  },
];
