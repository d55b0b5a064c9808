import { expect, test } from 'vitest';
import type { Imports, Instance } from '../../src/core/engine/engine.ts';
import { bind, companyOf, type Member } from '../../src/core/workload/bound.ts';
import { InstanceScope } from '../../src/core/wasi/scope.ts';

/** Members that note what is done with their instances. */
class Notes {
  readonly lines: string[] = [];
  readonly faults = new Map<string, (reason: unknown) => void>();

  member(name: string, siblings: Readonly<Record<string, Member>> = {}, { restorable = true, fails = false } = {}): Member {
    const { lines, faults } = this;
    const instantiate = async (imports: Imports): Promise<Instance> => {
      if (fails) throw new Error(`${name} fails`);
      const given = Object.entries(imports).map(([key, value]) => `${key}=${String(value['from'])}`);
      lines.push(`${name}(${given.join(' ')})`);
      return {
        exports: { x: { from: name }, y: { from: name } },
        onFault: (listener) => {
          faults.set(name, listener);
          return () => {};
        },
        ...(restorable && {
          restore: () => {
            lines.push(`${name} back`);
            return true;
          },
        }),
        dispose: () => void lines.push(`${name} gone`),
      };
    };
    return {
      component: { digest: name, interface: { imports: [], exports: [] }, instantiate },
      instanceOptions: {},
      importsFor: () => ({ own: { from: 'host' } }),
      siblings: new Map(Object.entries(siblings)),
    };
  }
}

test('an instance has one of each that it imports from, those first that others need', async () => {
  const notes = new Notes();
  const end = notes.member('end');
  const top = notes.member('top', { x: notes.member('left', { x: end }), y: notes.member('right', { x: end }) });
  const instance = await bind(top).instantiate(new InstanceScope());
  expect(notes.lines).toEqual(['end(own=host)', 'left(own=host x=end)', 'right(own=host x=end)', 'top(own=host x=left y=right)']);
  notes.lines.length = 0;
  expect(instance.restore?.(new InstanceScope())).toBe(true);
  instance.dispose();
  expect(notes.lines).toEqual(['end back', 'left back', 'right back', 'top back', 'top gone', 'right gone', 'left gone', 'end gone']);
});

test('the failure of any of them is the failure of all', async () => {
  const notes = new Notes();
  const instance = await bind(notes.member('top', { x: notes.member('end') })).instantiate(new InstanceScope());
  const heard: unknown[] = [];
  instance.onFault((reason) => heard.push(reason));
  notes.faults.get('end')?.('broken');
  notes.faults.get('top')?.('broken, too');
  expect(heard).toEqual(['broken']);
});

test('where one cannot be brought back, none is', async () => {
  const notes = new Notes();
  const end = notes.member('end', {}, { restorable: false });
  expect((await bind(notes.member('top', { x: end })).instantiate(new InstanceScope())).restore).toBeUndefined();
});

test('what was made is let go when one cannot be made', async () => {
  const notes = new Notes();
  const top = notes.member('top', { x: notes.member('end') }, { fails: true });
  await expect(bind(top).instantiate(new InstanceScope())).rejects.toThrow('top fails');
  expect(notes.lines).toEqual(['end(own=host)', 'end gone']);
});

test('many ways to the same take no longer', () => {
  const notes = new Notes();
  let [left, right] = [notes.member('l'), notes.member('r')];
  for (let layer = 0; layer < 60; layer++) {
    const siblings = { x: left, y: right };
    [left, right] = [notes.member(`l${layer}`, siblings), notes.member(`r${layer}`, siblings)];
  }
  expect(companyOf(left)).toHaveLength(121);
});
