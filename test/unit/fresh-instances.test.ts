import { expect, test } from 'vitest';
import type { BoundComponent, BoundInstance } from '../../src/core/workload/bound.ts';
import { createBudget } from '../../src/core/workload/budget.ts';
import { createFreshInstances } from '../../src/core/workload/fresh-instances.ts';
import { createReadyShare } from '../../src/core/workload/ready-share.ts';
import { createManualClock } from '../../src/platform/memory/clock.ts';

test('calls that follow each other at once share what can be brought back, though the guest comes to rest after the next has begun', async () => {
  let made = 0;
  const component: BoundComponent = {
    async instantiate() {
      made++;
      let asked = 0;
      const instance: BoundInstance = {
        exports: {},
        onFault: () => () => {},
        // A call is over before the guest is: only the second question finds it at rest.
        restore: () => ++asked % 2 === 0,
        idle: () => Promise.resolve(),
        dispose() {},
      };
      return instance;
    },
  };
  const ready = createReadyShare(8);
  const instances = createFreshInstances({
    component,
    budget: createBudget(8, 8, () => ready.giveUpOne()),
    ready,
    clock: createManualClock(),
  });
  await instances.warm();
  for (let call = 0; call < 50; call++) {
    const lease = await instances.take();
    // A call takes longer than coming to rest after one.
    for (let step = 0; step < 20; step++) await Promise.resolve();
    const over = lease.finish();
    if (over instanceof Promise) void over.then(instances.prepareAhead);
    else instances.prepareAhead();
  }
  expect(made).toBeLessThanOrEqual(2);
});
