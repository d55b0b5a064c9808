import { expect, test } from 'vitest';
import { createTestHost, guest, platform } from '#host';
test('hi', async () => {
  const { host, log } = await createTestHost();
  const w = await host.start({ component: await guest('hello-p2'), env: { NAME: platform } });
  expect(await (await w.fetch('/')).text()).toBe(`Hello, ${platform}!\n`);
  const w3 = await host.start({ component: await guest('hello-p3'), env: { NAME: platform } });
  expect(await (await w3.fetch('/')).text()).toBe(`Hello, ${platform}!\n`);
  await host.stop();
  expect(log.lines).toEqual([]);
});
