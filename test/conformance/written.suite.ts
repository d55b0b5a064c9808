import { describe, expect, test } from 'vitest';
import type { Component, Imports, Instance } from '../../src/core/engine/engine.ts';
import { messageOf } from '../../src/core/errors.ts';
import type { Harness } from '../harness.ts';
import { within } from '../lib/until.ts';
import { ComponentWriter, valueType } from '../lib/wasm/component.ts';
import { CoreWriter, op } from '../lib/wasm/core.ts';
import { u32 } from '../unit/engine-bytes.ts';

type Func = (...args: unknown[]) => unknown;

const waitFunction = { params: [['n', 'u32']] } as const;
const turn = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0));

/** Lifts `work(n) -> tuple<u32, u32>`, whose core function waits for `n` and then puts it twice where it puts all its results. */
function worker(wait: (writer: ComponentWriter) => number): ComponentWriter {
  const writer = new ComponentWriter();
  const core = new CoreWriter();
  const lowered = core.import('', 'wait', ['i32'], []);
  core.memory(1);
  const [area, pushed] = [16, 64];
  core.func(
    ['i32'],
    ['i32'],
    [],
    [
      // As a stack of its own in memory would, the argument has to be where it was put.
      [op.i32const(pushed), op.localGet(0), op.i32store()],
      [op.localGet(0), op.call(lowered)],
      [op.i32const(area), op.i32const(pushed), op.i32load(), op.i32store()],
      [op.i32const(area), op.localGet(0), op.i32store(4), op.i32const(area)],
    ],
    'work',
  );
  const bag = writer.coreBag([['wait', writer.lower(wait(writer), {})]]);
  const made = writer.coreInstance(writer.coreModule(core.finish()), { '': bag });
  const tuple = writer.type([0x6f, [2, valueType('u32'), valueType('u32')]]);
  const lifted = writer.lift(writer.coreFunc(made, 'work'), writer.func({ ...waitFunction, result: tuple }), { memory: writer.coreMemory(made) });
  writer.export('work', 'func', lifted);
  return writer;
}

/** A component whose `work` calls another's, which does what the first does alone. */
function workerOfWorker(): ComponentWriter {
  const outer = new ComponentWriter();
  const host = outer.importFunc('wait', outer.func(waitFunction));
  const inner = new ComponentWriter();
  const core = new CoreWriter();
  const lowered = core.import('', 'wait', ['i32'], []);
  core.func(['i32'], [], [], [op.localGet(0), op.call(lowered)], 'pass');
  const imported = inner.importFunc('wait', inner.func(waitFunction));
  const made = inner.coreInstance(inner.coreModule(core.finish()), { '': inner.coreBag([['wait', inner.lower(imported, {})]]) });
  inner.export('pass', 'func', inner.lift(inner.coreFunc(made, 'pass'), inner.func(waitFunction), {}));
  const passes = outer.instance(outer.component(inner), [['wait', 'func', host]]);
  const works = outer.instance(outer.component(worker((writer) => writer.importFunc('wait', writer.func(waitFunction)))), [
    ['wait', 'func', outer.alias('func', passes, 'pass')],
  ]);
  outer.export('work', 'func', outer.alias('func', works, 'work'));
  return outer;
}

/** A resource whose destructor does as told; `make(n)` gives one away, `drop(n)` makes one and drops it. */
function destructible(destructor: 'traps' | 'waits'): ComponentWriter {
  const writer = new ComponentWriter();
  const wait = writer.lower(writer.importFunc('wait', writer.func(waitFunction)), {});
  const drops = new CoreWriter();
  const lowered = drops.import('', 'wait', ['i32'], []);
  drops.func(['i32'], [], [], destructor === 'traps' ? [op.unreachable] : [op.localGet(0), op.call(lowered)], 'destroy');
  const dropping = writer.coreInstance(writer.coreModule(drops.finish()), { '': writer.coreBag([['wait', wait]]) });
  const resource = writer.type([0x3f, 0x7f, 0x01, u32(writer.coreFunc(dropping, 'destroy'))]);
  const core = new CoreWriter();
  const create = core.import('', 'new', ['i32'], ['i32']);
  const drop = core.import('', 'drop', ['i32'], []);
  core.func(['i32'], ['i32'], [], [op.localGet(0), op.call(create)], 'make');
  core.func(['i32'], [], [], [op.localGet(0), op.call(create), op.call(drop)], 'drop');
  const given = writer.coreBag([
    ['new', writer.builtin([0x02, u32(resource)])],
    ['drop', writer.builtin([0x03, u32(resource)])],
  ]);
  const made = writer.coreInstance(writer.coreModule(core.finish()), { '': given });
  const own = writer.type([0x69, u32(writer.export('thing', 'type', resource))]);
  writer.export('make', 'func', writer.lift(writer.coreFunc(made, 'make'), writer.func({ ...waitFunction, result: own }), {}));
  writer.export('drop', 'func', writer.lift(writer.coreFunc(made, 'drop'), writer.func(waitFunction), {}));
  return writer;
}

/** A resource with a method, whose instance is exported under two names. */
function exportedTwice(): ComponentWriter {
  const inner = new ComponentWriter();
  const resource = inner.type([0x3f, 0x7f, 0x00]);
  const core = new CoreWriter();
  const create = core.import('', 'new', ['i32'], ['i32']);
  core.func(['i32'], ['i32'], [], [op.localGet(0), op.call(create)], 'make');
  core.func(['i32'], ['i32'], [], op.localGet(0), 'get');
  const made = inner.coreInstance(inner.coreModule(core.finish()), { '': inner.coreBag([['new', inner.builtin([0x02, u32(resource)])]]) });
  const named = inner.export('thing', 'type', resource);
  const [own, borrow] = [inner.type([0x69, u32(named)]), inner.type([0x68, u32(named)])];
  inner.export('make', 'func', inner.lift(inner.coreFunc(made, 'make'), inner.func({ ...waitFunction, result: own }), {}));
  inner.export('[method]thing.get', 'func', inner.lift(inner.coreFunc(made, 'get'), inner.func({ params: [['self', borrow]], result: 'u32' }), {}));
  const outer = new ComponentWriter();
  const instance = outer.instance(outer.component(inner), []);
  outer.export('one', 'instance', instance);
  outer.export('two', 'instance', instance);
  return outer;
}

/** `lend(thing)` lends what it is given to the host, and waits on its stack until it has it back; `drop` drops it. */
function lender(): ComponentWriter {
  const writer = new ComponentWriter();
  const thing = writer.importResource('thing');
  const [own, borrow] = [writer.type([0x69, u32(thing)]), writer.type([0x68, u32(thing)])];
  const use = writer.importFunc('use', writer.func({ async: true, params: [['thing', borrow]] }));
  const core = new CoreWriter();
  const lend = core.import('', 'use', ['i32'], []);
  const drop = core.import('', 'drop', ['i32'], []);
  const held = core.global(0);
  core.func(['i32'], [], [], [op.localGet(0), op.globalSet(held), op.localGet(0), op.call(lend)], 'lend');
  core.func([], [], [], [op.globalGet(held), op.call(drop)], 'drop');
  const given = writer.coreBag([
    ['use', writer.lower(use, {})],
    ['drop', writer.builtin([0x03, u32(thing)])],
  ]);
  const made = writer.coreInstance(writer.coreModule(core.finish()), { '': given });
  writer.export('lend', 'func', writer.lift(writer.coreFunc(made, 'lend'), writer.func({ async: true, params: [['thing', own]] }), {}));
  writer.export('drop', 'func', writer.lift(writer.coreFunc(made, 'drop'), writer.func({}), {}));
  return writer;
}

/** `work()` asks the host for a `tuple<u32, u32>`, and waits for it on its stack, or in a loop. */
function asker(isAsync: boolean): ComponentWriter {
  const writer = new ComponentWriter();
  const tuple = writer.type([0x6f, [2, valueType('u32'), valueType('u32')]]);
  const ask = writer.importFunc('wait', writer.func({ async: isAsync, result: tuple }));
  const memories = new CoreWriter();
  memories.memory(1);
  const memory = writer.coreMemory(writer.coreInstance(writer.coreModule(memories.finish()), {}));
  const core = new CoreWriter();
  const lowered = core.import('', 'ask', ['i32'], isAsync ? ['i32'] : []);
  core.func([], isAsync ? ['i32'] : [], [], [op.i32const(16), op.call(lowered), isAsync ? [op.drop, op.i32const(1)] : []], 'work');
  core.func(['i32', 'i32', 'i32'], ['i32'], [], op.i32const(1), 'again');
  const made = writer.coreInstance(writer.coreModule(core.finish()), { '': writer.coreBag([['ask', writer.lower(ask, { memory, async: isAsync })]]) });
  const callback = isAsync ? { async: true, callback: writer.coreFunc(made, 'again') } : {};
  writer.export('work', 'func', writer.lift(writer.coreFunc(made, 'work'), writer.func({ async: isAsync }), callback));
  return writer;
}

/** Single cases of components that no toolchain makes; each was found wrong once. */
export function writtenSuite({ platform, traits, written }: Harness): void {
  const load = (writer: ComponentWriter): Promise<Component> => written(writer.finish());
  const open = async (writer: ComponentWriter, wait: (n: number) => unknown = () => undefined): Promise<Instance> => {
    const instance = await (await load(writer)).instantiate({ wait: { default: wait } } as unknown as Imports);
    return instance;
  };
  const call = (instance: Instance, name: string, ...args: unknown[]): unknown => (instance.exports[name] as Func)(...args);
  const outcome = async (run: () => unknown): Promise<string> =>
    within(
      Promise.resolve()
        .then(run)
        .then(() => 'nothing', messageOf),
      'the call ends',
    );

  describe.skipIf(!traits.dynamicCode)(`${platform}: written components${traits.dynamicCode ? '' : ' (skipped: dynamicCode)'}`, () => {
    for (const [what, make] of Object.entries({
      'a function': () => worker((writer) => writer.importFunc('wait', writer.func(waitFunction))),
      "another component's function": workerOfWorker,
    })) {
      test(`a call that waits in ${what} keeps its memory and its result from the calls after it`, async () => {
        const instance = await open(make(), (n) => (n % 2 === 1 ? turn() : undefined));
        const numbers = [1, 2, 3, 4, 5, 7];
        const results = Promise.all(numbers.map((n) => call(instance, 'work', n)));
        expect(await within(results, 'all calls end')).toEqual(numbers.map((n) => [n, n]));
      });
    }

    test('calls that wait until a synchronous function of the host has answered end as the one that asked it', async () => {
      const waits = (): ComponentWriter => worker((writer) => writer.importFunc('wait', writer.func(waitFunction)));
      const never = (): Promise<never> => new Promise(() => {});
      const disposed = await open(waits(), never);
      const calls = [1, 2, 3].map((n) => outcome(() => call(disposed, 'work', n)));
      await undefined;
      disposed.dispose(new Error('the reason'));
      expect(await Promise.all(calls)).toEqual(['the reason', 'the reason', 'the reason']);
    });

    for (const [how, wait] of Object.entries({ 'on its stack': false, 'while it goes on': true })) {
      test(`an instance that is let go is given nothing any more that it waits for ${how}`, async () => {
        for (const when of ['at once', 'later', 'never']) {
          let taken = false;
          const pair = Object.defineProperty([1, 2], 0, { get: () => ((taken = true), 1) });
          const later = Promise.withResolvers<unknown>();
          const instance: Instance = await open(asker(wait), () => {
            if (when === 'later') return later.promise;
            instance.dispose(new Error('the reason'));
            return when === 'at once' ? pair : Promise.reject(new Error('nobody hears of it'));
          });
          const ended = outcome(() => call(instance, 'work'));
          await undefined;
          instance.dispose(new Error('the reason'));
          later.resolve(pair);
          expect(await ended).toBe('the reason');
          await turn();
          expect(taken).toBe(false);
        }
      });
    }

    test('the names of core imports are no way to the prototypes of the host', async () => {
      const writer = new ComponentWriter();
      const lowered = writer.lower(writer.importFunc('wait', writer.func({})), {});
      const core = new CoreWriter();
      core.import('__proto__', 'polluted', [], []);
      core.import('env', '__proto__', [], []);
      const module = writer.coreModule(core.finish());
      writer.coreInstance(module, {
        ['__proto__']: writer.coreBag([['polluted', lowered]]),
        env: writer.coreBag([['__proto__', lowered]]),
      });
      const instance = await open(writer);
      instance.dispose();
      expect('polluted' in {}).toBe(false);
    });

    test('what is lent to the host cannot be dropped until it is back', async () => {
      class Thing {}
      const { promise, resolve } = Promise.withResolvers<void>();
      for (const waits of [true, false]) {
        const use = (): unknown => (waits ? promise : undefined);
        const instance = await (await load(lender())).instantiate({ thing: { Thing }, use: { default: use } } as unknown as Imports);
        const lent = call(instance, 'lend', new Thing()) as Promise<void>;
        lent.catch(() => {});
        expect(await outcome(() => call(instance, 'drop'))).toMatch(waits ? /cannot remove owned resource while borrowed/ : /^nothing$/);
      }
      resolve();
    });

    test('a resource that is exported under two names is one, with its methods', async () => {
      type Interface = { make(n: number): { get(): number } };
      const { exports } = await open(exportedTwice());
      const [one, two] = [exports['one'] as Interface, exports['two'] as Interface];
      expect([one.make(5).get(), two.make(7).get()]).toEqual([5, 7]);
    });

    test('what is waited for where nothing can wait may fail later, and nobody need hear of it', async () => {
      const asked: Promise<void>[] = [];
      const fails = async (): Promise<void> => {
        await turn();
        throw new Error('too late');
      };
      const instance = await open(destructible('waits'), () => {
        const answer = fails();
        asked.push(answer);
        return answer;
      });
      expect(await outcome(() => call(instance, 'drop', 1))).toMatch(/cannot block a synchronous task/);
      expect(await Promise.allSettled(asked)).toMatchObject([{ status: 'rejected' }]);
      // A rejection that nobody handles is reported in the turn after, and fails the run.
      await turn();
    });

    for (const [destructor, why] of [
      ['traps', /unreachable/],
      ['waits', /cannot block a synchronous task/],
    ] as const) {
      test(`a destructor that ${destructor} ends the instance, whoever drops the resource`, async () => {
        const disposed = await open(destructible(destructor), turn);
        const thing = (await call(disposed, 'make', 1)) as Disposable;
        expect(await outcome(() => thing[Symbol.dispose]())).toMatch(why);
        expect(await outcome(() => call(disposed, 'make', 2))).toMatch(/has trapped before/);
        const dropped = await open(destructible(destructor), turn);
        expect(await outcome(() => call(dropped, 'drop', 1))).toMatch(why);
        expect(await outcome(() => call(dropped, 'make', 2))).toMatch(/has trapped before/);
      });
    }
  });
}
