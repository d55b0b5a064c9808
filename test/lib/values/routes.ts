import { type Bytes, name, u32, vec } from '../../unit/engine-bytes.ts';
import type { Random } from '../random.ts';
import { ComponentWriter, type Encoding, type FunctionShape, options, type ValueType, valueType } from '../wasm/component.ts';
import { guestCode, memoryModule } from './guest-code.ts';
import { resultOf, type Shape } from './shapes.ts';

/*
 * Components through which values travel: as parameters into a guest and back as its result, on to the host's function or to another guest in
 * between, or as what a stream or future has.
 */

/** How a guest is called by whoever calls it: synchronously, with callbacks, or on a stack of its own although it is asynchronous. */
export type Lift = 'sync' | 'callback' | 'stack';
/** How a guest calls: a synchronous function, or an asynchronous one for which it waits on its stack or not. */
export type Calls = 'sync' | 'blocking' | 'async';
/** What the guest does with its parameters: gives them back, in its next turn perhaps, or has somebody else do so. */
export type Way =
  | { readonly by: 'itself'; readonly later: boolean }
  | { readonly by: 'the host'; readonly calls: Calls; readonly later: boolean }
  | { readonly by: 'another guest'; readonly calls: Calls; readonly encoding: Encoding; readonly lift: Lift; readonly later: boolean };

export const encodings = ['utf8', 'utf16', 'latin1+utf16'] as const;

/** One way for values of some types. */
export interface Route {
  readonly lift: Lift;
  readonly encoding: Encoding;
  readonly way: Way;
  /** How many handles are lent beside the values. */
  readonly borrows: number;
}

/** The parts of a component that do not differ from route to route. */
export class Guest {
  readonly writer = new ComponentWriter();
  /** What others have to give it: its types by their names. */
  readonly needs: [name: string, type: number][] = [];
  readonly resource: number;
  readonly memory: number;
  readonly realloc: number;
  readonly #known = new Map<Shape, ValueType>();

  constructor() {
    this.resource = this.writer.importResource('thing');
    this.needs.push(['thing', this.resource]);
    const libc = this.writer.coreInstance(this.writer.coreModule(memoryModule()), {});
    this.memory = this.writer.coreMemory(libc);
    this.realloc = this.writer.coreFunc(libc, 'realloc');
  }

  /** Defines a type; those that need a name are imported under one. */
  type(shape: Shape): ValueType {
    const known = this.#known.get(shape);
    if (known !== undefined) return known;
    const made = this.#define(shape);
    this.#known.set(shape, made);
    return made;
  }
  #define(shape: Shape): ValueType {
    const of = (one: Shape): Bytes => valueType(this.type(one));
    const maybe = (one: Shape | undefined): Bytes => (one === undefined ? 0x00 : [0x01, of(one)]) as Bytes;
    const named = (definition: Bytes): number => {
      const label = `type-${this.needs.length}`;
      const type = this.writer.importType(label, this.writer.type(definition));
      this.needs.push([label, type]);
      return type;
    };
    switch (shape.kind) {
      case 'own':
        return this.writer.type([0x69, u32(this.resource)]);
      case 'list':
        return this.writer.type([0x70, of(shape.element)]);
      case 'fixed-list':
        return this.writer.type([0x67, of(shape.element), u32(shape.length)]);
      case 'map':
        return this.writer.type([0x63, of(shape.key), of(shape.value)]);
      case 'tuple':
        return this.writer.type([0x6f, vec(...shape.items.map(of))]);
      case 'option':
        return this.writer.type([0x6b, of(shape.some)]);
      case 'result':
        return this.writer.type([0x6a, maybe(shape.ok), maybe(shape.err)]);
      case 'record':
        return named([0x72, vec(...shape.fields.map((field) => [name(field.name), of(field.type)]))]);
      case 'variant':
        return named([0x71, vec(...shape.cases.map((one) => [name(one.name), maybe(one.type), 0x00]))]);
      case 'enum':
        return named([0x6d, vec(...shape.names.map(name))]);
      case 'flags':
        return named([0x6e, vec(...shape.names.map(name))]);
      default:
        return shape.kind;
    }
  }

  /** The type of a function that gives its parameters back, but for what it is lent. */
  echoType(shapes: readonly Shape[], borrows: number, async: boolean): FunctionShape {
    const borrow = borrows > 0 ? this.writer.type([0x68, u32(this.resource)]) : 0;
    const params = [
      ...shapes.map((shape, index) => [`value-${index}`, this.type(shape)] as const),
      ...Array.from({ length: borrows }, (_, index) => [`lent-${index}`, borrow] as const),
    ];
    return { async, params, result: this.type(resultOf(shapes)) };
  }
}

/** Writes a guest that exports `echo`; where it has somebody else do it, it imports the same. */
function echoGuest(shapes: readonly Shape[], { lift, encoding, way, borrows }: Route): Guest {
  const guest = new Guest();
  const { writer, memory, realloc } = guest;
  const whole = { encoding, memory, realloc };
  const forwards = way.by !== 'itself';
  const type = writer.func(guest.echoType(shapes, borrows, lift !== 'sync'));
  const calledType = forwards ? writer.func(guest.echoType(shapes, borrows, way.calls !== 'sync')) : 0;
  const called = forwards ? writer.lower(writer.importFunc('echo', calledType), { ...whole, async: way.calls === 'async' }) : undefined;
  const result = valueType(guest.type(resultOf(shapes)));
  const builtins: [string, number][] = [
    ['task.return', writer.builtin([0x09, 0x00, result, options({ encoding, memory })])],
    ['resource.drop', writer.builtin([0x03, u32(guest.resource)])],
    ['context.get', writer.builtin([0x0a, 0x7f, 0x00])],
    ['context.set', writer.builtin([0x0b, 0x7f, 0x00])],
    ['waitable-set.new', writer.builtin([0x1f])],
    ['waitable-set.drop', writer.builtin([0x22])],
    ['waitable.join', writer.builtin([0x23])],
    ['subtask.drop', writer.builtin([0x0d])],
    ['realloc', realloc],
  ];
  if (called !== undefined) builtins.push(['called', called]);
  const code = guestCode({
    shapes,
    borrows,
    callback: lift === 'callback',
    forwards: forwards ? { async: way.calls === 'async' } : undefined,
    later: !forwards && way.later,
  });
  const core = writer.coreInstance(writer.coreModule(code), { '': writer.coreBag([...builtins, ['memory', memory, 'memory']]) });
  const callback = lift === 'callback' ? { async: true, callback: writer.coreFunc(core, 'callback') } : {};
  writer.export('echo', 'func', writer.lift(writer.coreFunc(core, 'echo'), type, { ...whole, ...callback }));
  return guest;
}

/** The component of a route. It imports the resource `thing` and, where the host has a part, the function `echo`. */
export function routeComponent(shapes: readonly Shape[], route: Route): Uint8Array {
  const { way } = route;
  if (way.by !== 'another guest') return echoGuest(shapes, route).writer.finish();
  const inner = echoGuest(shapes, { lift: way.lift, encoding: way.encoding, way: { by: 'itself', later: way.later }, borrows: route.borrows });
  const outer = echoGuest(shapes, route);
  const whole = new Guest();
  // The types of the whole come in the order of the guests', which are alike.
  whole.echoType(shapes, route.borrows, false);
  const { writer } = whole;
  const given = whole.needs.map(([label, type]) => [label, 'type', type] as const);
  const callee = writer.instance(writer.component(inner.writer), given);
  const echo = writer.alias('func', callee, 'echo');
  const caller = writer.instance(writer.component(outer.writer), [...given, ['echo', 'func', echo]]);
  writer.export('echo', 'func', writer.alias('func', caller, 'echo'));
  return writer.finish();
}

/** Some route. Synchronous functions call synchronous ones only, and only with callbacks is a call not waited for. */
export function randomRoute(random: Random): Route {
  const lift = random.pick(['sync', 'callback', 'callback', 'stack'] as const);
  const encoding = random.pick(encodings);
  const later = random.chance(0.5);
  const calls = lift === 'sync' ? 'sync' : random.pick(lift === 'stack' ? (['sync', 'blocking'] as const) : (['sync', 'blocking', 'async', 'async'] as const));
  const callee = calls === 'sync' ? 'sync' : random.pick(['callback', 'stack'] as const);
  const way = random.weighted<Way>([
    [2, { by: 'itself', later }],
    [3, { by: 'the host', calls, later }],
    [4, { by: 'another guest', calls, encoding: random.pick(encodings), lift: callee, later }],
  ]);
  return { lift, encoding, way, borrows: random.chance(0.3) ? 1 + random.below(2) : 0 };
}
