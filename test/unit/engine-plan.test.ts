import { expect, test } from 'vitest';
import { inspect } from '../../src/core/engine/inspect.ts';
import { compilePlan } from '../../src/core/engine/plan/compile.ts';
import { printPlan } from '../../src/core/engine/plan/print.ts';
import { type Bytes, component, coreModule, extern, name, nested, plainFunc, raw, section, useLibc, vec } from './engine-bytes.ts';

/** Imports a resource from one interface and, under the same name, from another that uses it. */
const twoInterfaces = component(
  section(7, [
    0x42,
    vec(
      [0x04, extern('input-stream'), 0x03, 0x01],
      [0x01, 0x68, 0x00],
      [0x01, 0x40, vec([name('self'), 0x01], [name('len'), 0x77]), 0x01, 0x00],
      [0x04, extern('[method]input-stream.read'), 0x01, 0x02],
    ),
  ]),
  section(10, [extern('wasi:io/streams@0.2.0'), 0x05, 0x00]),
  section(6, [0x03, 0x00, 0x00, name('input-stream')]),
  section(7, [
    0x42,
    vec(
      [0x02, 0x03, 0x02, 0x01, 0x01],
      [0x04, extern('input-stream'), 0x03, 0x00, 0x00],
      [0x01, 0x69, 0x01],
      [0x01, 0x40, vec(), 0x00, 0x02],
      [0x04, extern('body'), 0x01, 0x03],
    ),
  ]),
  section(10, [extern('wasi:http/types@0.2.0'), 0x05, 0x02]),
);

test('a resource that interfaces share is one resource', () => {
  const plan = compilePlan(twoInterfaces);
  const also = [{ from: 'wasi:http/types@0.2.0', name: 'input-stream' }];
  expect(plan.resources).toEqual([{ kind: 'import', from: 'wasi:io/streams@0.2.0', name: 'input-stream', also }]);
  expect(plan.imports).toEqual([
    { from: 'wasi:io/streams@0.2.0', name: '[method]input-stream.read', type: 0 },
    { from: 'wasi:http/types@0.2.0', name: 'body', type: 1 },
  ]);
  expect(plan.types).toEqual([{ kind: 'borrow', resource: 0 }, { kind: 'u64' }, { kind: 'own', resource: 0 }]);
});

test('the interface of a plan is what inspecting finds', () => {
  expect(compilePlan(twoInterfaces).interface).toEqual(inspect(twoInterfaces));
});

/** A component that lifts a core function and exports it. */
const lifts: Bytes = [useLibc, section(7, plainFunc), section(8, [0x00, 0x00, 0x00, vec(), 0x00]), section(11, [extern('run'), 0x01, 0x00, 0x00])];

test('a lifted function is exported through instances and aliases', () => {
  const plan = compilePlan(
    component(
      nested(lifts),
      section(5, [0x00, 0x00, vec()]),
      section(6, [0x01, 0x00, 0x00, name('run')]),
      section(5, [0x01, vec([extern('go'), 0x01, 0x00])]),
      section(11, [extern('a:b/c'), 0x05, 0x01, 0x00]),
    ),
  );
  expect(
    printPlan(plan)
      .split('\n')
      .filter((line) => !line.startsWith('module')),
  ).toEqual([
    'instance 0: root',
    'instance 1: root/0',
    'step 0: core instance 0 = module 0 in instance 1',
    'lift 0: core 0 "f" as func() in instance 1',
    'export a:b/c: instance',
    '  export go: lift 0 func()',
  ]);
  expect(plan.exports).toEqual({ 'a:b/c': { kind: 'instance', exports: { go: { kind: 'func', func: { kind: 'lift', index: 0 }, type: 0 } } } });
});

test('core arguments are looked up through bags, in the order of the imports', () => {
  const user = coreModule(
    section(1, [0x60, vec(), vec()]),
    section(2, [name('env'), name('second'), 0x00, 0x00], [name('env'), name('first'), 0x02, 0x00, 0x01]),
  );
  const plan = compilePlan(
    component(
      section(7, plainFunc),
      section(10, [extern('host'), 0x01, 0x00]),
      useLibc,
      section(6, [0x00, 0x02, 0x01, 0x00, name('m')]),
      section(8, [0x01, 0x00, 0x00, vec()]),
      user,
      section(2, [0x01, vec([name('first'), 0x02, 0x00], [name('second'), 0x00, 0x02])], [0x00, 0x01, vec([name('env'), 0x12, 0x01])]),
    ),
  );
  expect(plan.steps[1]).toEqual({
    kind: 'instantiate',
    module: 1,
    into: 0,
    args: [
      { module: 'env', name: 'second', value: { kind: 'trampoline', index: 0 } },
      { module: 'env', name: 'first', value: { kind: 'export', instance: 0, name: 'm' } },
    ],
  });
  expect(plan.trampolines).toEqual([
    { instance: 0, kind: 'lower', callee: { kind: 'import', index: 0 }, type: 0, options: { encoding: 'utf8', async: false } },
  ]);
});

/** A component that defines a resource with a destructor and exports it. */
const definesResource: Bytes = [useLibc, section(7, [0x3f, 0x7f, 0x01, 0x01]), section(11, [extern('thing'), 0x03, 0x00, 0x00])];

test('each instantiation of a component has resources of its own', () => {
  const plan = compilePlan(
    component(
      nested(definesResource),
      section(5, [0x00, 0x00, vec()], [0x00, 0x00, vec()]),
      section(11, [extern('one'), 0x05, 0x00, 0x00], [extern('two'), 0x05, 0x01, 0x00]),
    ),
  );
  expect(plan.resources).toEqual([
    { kind: 'defined', instance: 1, name: 'thing', rep: 'i32', destructor: { kind: 'export', instance: 0, name: 'd' } },
    { kind: 'defined', instance: 2, name: 'thing', rep: 'i32', destructor: { kind: 'export', instance: 1, name: 'd' } },
  ]);
  expect(plan.modules).toHaveLength(1);
  expect(plan.exports).toEqual({
    one: { kind: 'instance', exports: { thing: { kind: 'resource', resource: 0 } } },
    two: { kind: 'instance', exports: { thing: { kind: 'resource', resource: 1 } } },
  });
});

test('a plan is plain data', () => {
  const plan = compilePlan(twoInterfaces);
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

test('components that instantiate one another without end are refused', () => {
  const levels: Bytes[] = [nested()];
  for (let level = 0; level < 4; level++) {
    levels.push(nested(section(6, [0x04, 0x02, 0x01, level]), section(5, ...Array.from({ length: 10 }, () => [0x00, 0x00, vec()]))));
  }
  expect(() => compilePlan(component(...levels, section(5, [0x00, 0x04, vec()])))).toThrow('over 1000 component instances');
});

test('what a plan cannot express is said to be unsupported', () => {
  const valued = component(raw(12, [0x7f, 0x01, 0x01]));
  expect(() => compilePlan(valued)).toThrow(expect.objectContaining({ code: 'prepare-failed', message: 'unsupported: values' }));
});

test('core modules that are imported are in the plan with what they need and offer', () => {
  const type: Bytes = [0x50, vec([0x01, 0x60, vec(), vec()], [0x00, name('env'), name('f'), 0x00, 0x00], [0x03, name('m'), 0x02, 0x00, 0x01])];
  const imported = component(section(3, type), section(10, [extern('m'), 0x00, 0x11, 0x00]), section(11, [extern('again'), 0x00, 0x11, 0x00, 0x00]));
  const plan = compilePlan(imported);
  expect(plan.modules).toEqual([
    {
      kind: 'import',
      name: 'm',
      type: {
        imports: [{ module: 'env', name: 'f', type: { kind: 'func', params: [], results: [] } }],
        exports: [{ name: 'm', type: { kind: 'memory', limits: { min: 1, shared: false, is64: false, pageSize: 16 } } }],
      },
    },
  ]);
  expect(plan.exports).toEqual({ again: { kind: 'module', module: 0 } });
});

test('what is in an instance within an imported instance is found by its path', () => {
  const inner: Bytes = [0x42, vec([0x01, plainFunc], [0x04, extern('f'), 0x01, 0x00])];
  const outer: Bytes = [0x42, vec([0x01, inner], [0x04, extern('inner'), 0x05, 0x00])];
  const plan = compilePlan(
    component(
      section(7, outer),
      section(10, [extern('a:b/c'), 0x05, 0x00]),
      section(6, [0x05, 0x00, 0x00, name('inner')], [0x01, 0x00, 0x01, name('f')]),
      section(11, [extern('g'), 0x01, 0x00, 0x00]),
    ),
  );
  expect(plan.imports).toEqual([{ from: 'a:b/c', path: ['inner'], name: 'f', type: 0 }]);
});

test('instances go by the names that a component has for them; a name that cannot be shown is none', () => {
  const names = (...subsections: Bytes[]): Bytes => raw(0, [name('component-name'), ...subsections]);
  const instances = (text: string): Bytes => raw(1, [0x05, vec([0x00, name(text)])]);
  const twice = (...rest: Bytes[]): readonly string[] =>
    compilePlan(component(nested(names(raw(0, name('inner')))), section(5, [0x00, 0x00, vec()], [0x00, 0x00, vec()]), ...rest)).instances;
  expect(twice(names(raw(0, name('outer')), instances('first')))).toEqual(['outer', 'outer/first', 'outer/inner']);
  expect(twice(names(raw(0, name('two\nlines')), instances('x'.repeat(81))))).toEqual(['root', 'root/inner', 'root/inner']);
  // What is wrong with names is nobody's concern.
  expect(twice(names([0x00, 0x7f]))).toEqual(['root', 'root/inner', 'root/inner']);
});
