import { expect, test } from 'vitest';
import { readAll } from '../../src/core/engine/streams.ts';
import { err, ok } from '../../src/core/engine/values.ts';
import type { FieldList } from '../../src/core/http/message.ts';
import { GuestBody, type TrailersResult } from '../../src/core/wasi/p3/http-body.ts';
import { within } from '../lib/until.ts';

/** A guest that ends its contents only after its trailers were taken. */
function guest(trailers: TrailersResult): { contents: unknown; trailers: unknown; asked: () => number } {
  const taken = Promise.withResolvers<void>();
  let asked = 0;
  const chunks = [Uint8Array.of(1, 2)];
  return {
    contents: { pull: () => chunks.shift() ?? taken.promise.then(() => undefined), cancel: () => {} },
    trailers: {
      receive(onValue: (value: TrailersResult) => void) {
        asked++;
        taken.resolve();
        onValue(trailers);
      },
    },
    asked: () => asked,
  };
}

const trailersOf = (body: GuestBody): Promise<FieldList | undefined> => new Promise((resolve, reject) => body.readTrailers(resolve, reject));

test('a guest may give its trailers before it ends its contents', async () => {
  const { contents, trailers, asked } = guest(ok(undefined));
  const body = new GuestBody(contents, trailers);
  expect(asked()).toBe(0);
  expect(await within(readAll(body.source as NonNullable<typeof body.source>), 'the contents end')).toEqual(Uint8Array.of(1, 2));
  expect(await within(trailersOf(body), 'the trailers come')).toBeUndefined();
  expect(asked()).toBe(1);
});

test('what a guest breaks off early is heard of at the end', async () => {
  const { contents, trailers } = guest(err({ tag: 'connection-terminated' } as const));
  const body = new GuestBody(contents, trailers);
  await within(readAll(body.source as NonNullable<typeof body.source>), 'the contents end');
  await expect(within(trailersOf(body), 'the trailers come')).rejects.toMatchObject({ code: { tag: 'connection-terminated' } });
});
