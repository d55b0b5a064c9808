import { command, type Deed, type Script, type Told, waitFor, yieldTurn } from '../puppets.ts';
import type { Forest } from './forest.ts';
import { type CallNode, type Numbers, State, type Subcall } from './node.ts';

const blocked = -1;
const subtaskEvent = 1;
const cancelledEvent = 6;
/** Where events are written. */
const eventAt = 32;

type Steps<T = void> = Generator<bigint, T, Told>;

/** What one call in a puppet does: it calls others, waits for them, gives them up, yields and returns, and ends only when all it called have ended. */
export class Actor {
  readonly #forest: Forest;
  readonly #node: CallNode;
  readonly #numbers: Numbers;
  readonly #subcalls: Subcall[] = [];
  #set = 0;

  constructor(forest: Forest, node: CallNode, numbers: Numbers) {
    this.#forest = forest;
    this.#node = node;
    this.#numbers = numbers;
  }

  *script(): Script {
    const { random } = this.#forest;
    this.#node.started = true;
    this.#forest.log.push(`${this.#name} begins`);
    this.#forest.enter(this.#node);
    for (let steps = random.below(5); steps > 0; steps--) yield* this.#step();
    while (this.#open.length > 0) yield* random.chance(0.2) ? this.#cancelSome() : this.#awaitOne();
    if (!this.#node.resolved) yield* this.#resolve();
    for (const { handle } of this.#subcalls.splice(0)) yield* this.#drop(handle);
    if (this.#set !== 0) {
      yield* this.#say('waitable-set.drop', this.#set);
      this.#numbers.give(this.#set);
    }
    this.#node.ended = true;
    this.#forest.log.push(`${this.#name} ends`);
    this.#forest.leave(this.#node);
    if (this.#node.kind === 'task') return;
    this.#node.returned = true;
    return this.#node.value;
  }

  get #name(): string {
    return `${this.#node.puppet ?? 'host'} ${this.#node.kind} ${this.#node.value}`;
  }
  get #open(): Subcall[] {
    return this.#subcalls.filter(({ delivered }) => !delivered);
  }
  *#say(deed: Deed, x = 0, y = 0): Steps<number> {
    this.#forest.log.push(`${this.#name}: ${deed} ${x} ${y}`);
    const { first } = yield command(deed, x, y);
    this.#forest.log.push(`${this.#name}:   -> ${first}`);
    return first;
  }

  *#step(): Steps {
    const { random } = this.#forest;
    const choices: [number, () => Steps][] = [
      [6, () => this.#call()],
      [1, () => this.#callAndWait()],
      [2, () => this.#yield()],
      [1, () => this.#underPressure()],
    ];
    if (this.#open.length > 0) choices.push([4, () => this.#awaitOne()], [3, () => this.#cancelSome()]);
    if (this.#node.kind === 'task' && !this.#node.resolved) choices.push([1, () => this.#resolve()]);
    yield* random.weighted(choices)();
  }

  *#call(): Steps {
    const { random } = this.#forest;
    const { node, script } = this.#forest.callee(this.#node, random.pick(['task', 'stack']));
    const out = this.#forest.place();
    const crowded = this.#forest.waiting(node);
    const status = yield* this.#say(node.kind === 'stack' || (node.kind === 'host' && random.chance(0.5)) ? 'child.stack' : 'child.task', script, out);
    const state = status & 0xf;
    this.#forest.expect(state === node.state, `a call answers the state ${state}, and it is in ${node.state}`);
    this.#forest.expect(!crowded || state === State.starting, 'a call enters before those that wait');
    if (state === State.returned) {
      this.#forest.expect(status === state, `a call that has returned answers ${status}`);
      yield* this.#checkResult(node, out);
      return;
    }
    const handle = status >>> 4;
    const expected = this.#numbers.take();
    this.#forest.expect(handle === expected, `a call has the handle ${handle}, not ${expected}`);
    this.#subcalls.push({ node, script, handle, out, joined: false, delivered: false });
  }
  *#checkResult({ value }: CallNode, out: number): Steps {
    const { first } = yield command('load', out);
    this.#forest.expect(first >>> 0 === value, `a call's result is ${first}, not ${value}`);
  }
  /** Waits for a call on the stack. */
  *#callAndWait(): Steps {
    const { random } = this.#forest;
    const { node, script } = this.#forest.callee(this.#node, random.pick(['task', 'stack']));
    const result = yield* this.#say(node.kind === 'stack' ? 'child.stack-sync' : 'child.task-sync', script);
    this.#forest.expect(node.returned && result >>> 0 === node.value, `a call's result is ${result}, not ${node.value}`);
  }

  *#yield(): Steps {
    if (this.#node.kind === 'stack' || this.#forest.random.chance(0.3)) yield* this.#say('thread.yield');
    else yield* this.#park(yieldTurn);
  }
  /** Lets nobody in for a while. */
  *#underPressure(): Steps {
    yield* this.#say('backpressure.inc');
    yield* this.#open.length > 0 && this.#forest.random.chance(0.5) ? this.#awaitOne() : this.#yield();
    yield* this.#say('backpressure.dec');
  }

  /** Waits for an event of what was called. */
  *#awaitOne(): Steps {
    if (this.#set === 0) {
      this.#set = yield* this.#say('waitable-set.new');
      const expected = this.#numbers.take();
      this.#forest.expect(this.#set === expected, `a set has the handle ${this.#set}, not ${expected}`);
    }
    for (const subcall of this.#open) if (!subcall.joined) yield* this.#join(subcall, true);
    if (this.#node.kind === 'stack' || this.#forest.random.chance(0.2)) {
      const code = yield* this.#say('waitable-set.wait', this.#set, eventAt);
      const { first } = yield command('load', eventAt);
      const { first: second } = yield command('load', eventAt + 4);
      yield* this.#event({ code, first, second }, true);
    } else yield* this.#park(waitFor(this.#set));
  }
  /** Lets others in until there is an event; of a cancellation that was asked for meanwhile it is told first of all. */
  *#park(code: bigint): Steps {
    this.#forest.leave(this.#node);
    const asked = this.#node.cancelRequested && !this.#node.toldToCancel && !this.#node.resolved;
    this.#node.parked = true;
    const told = yield code;
    this.#node.parked = false;
    this.#forest.enter(this.#node);
    this.#forest.expect(!asked || told.code === cancelledEvent, `a call that was cancelled is told of the event ${told.code}`);
    yield* this.#event(told);
  }
  *#join(subcall: Subcall, joins: boolean): Steps {
    yield* this.#say('waitable.join', subcall.handle, joins ? this.#set : 0);
    subcall.joined = joins;
  }
  /** @param late whether what it tells of may have gone on before the stack went on that waited for it */
  *#event({ code, first, second }: Told, late = false): Steps {
    this.#forest.log.push(`${this.#name}: event ${code} ${first} ${second}`);
    if (code === cancelledEvent) {
      this.#forest.expect(this.#node.cancelRequested && !this.#node.toldToCancel, 'a call is told to end that nobody cancelled, or again');
      this.#node.toldToCancel = true;
      return;
    }
    if (code === 0) return;
    this.#forest.expect(code === subtaskEvent, `there is an event ${code}`);
    const subcall = this.#open.find(({ handle, joined }) => handle === first && joined);
    if (subcall === undefined) this.#forest.fail(`there is an event of ${first}`);
    else yield* this.#progress(subcall, second, late);
  }
  *#progress(subcall: Subcall, state: number, late = false): Steps {
    const { node } = subcall;
    const right = state === node.state || (late && state === State.started && node.started);
    this.#forest.expect(right, `a caller is told of the state ${state}, and it is in ${node.state}`);
    subcall.delivered = state >= State.returned;
    if (state === State.returned) yield* this.#checkResult(node, subcall.out);
    else if (subcall.delivered) this.#forest.unwritten(this.#node, subcall.out);
  }

  *#cancelSome(): Steps {
    const candidates = this.#open.filter(({ node }) => !node.cancelRequested);
    if (candidates.length === 0) return yield* this.#awaitOne();
    const { random } = this.#forest;
    const subcall = random.pick(candidates);
    const { node, handle } = subcall;
    if (subcall.joined) yield* this.#join(subcall, false);
    if (!node.resolved) this.#forest.cancelling(node, subcall.script);
    const later = random.chance(0.3);
    const state = yield* this.#say(later ? 'subtask.cancel-async' : 'subtask.cancel', handle);
    if (state === blocked) this.#forest.expect(later && !node.resolved, 'cancelling does not tell that the call is over');
    else {
      this.#forest.expect(node.resolved, `cancelling answers the state ${state} of a call that is not over`);
      yield* this.#progress(subcall, state);
    }
  }

  /** Returns or, if it was told to end, may say that it has. */
  *#resolve(): Steps {
    if (this.#node.kind !== 'task') return;
    if (this.#node.toldToCancel && this.#forest.random.chance(0.7)) {
      this.#node.cancelled = true;
      yield* this.#say('task.cancel');
    } else {
      this.#node.returned = true;
      yield* this.#say('task.return', this.#node.value);
    }
  }
  *#drop(handle: number): Steps {
    yield* this.#say('subtask.drop', handle);
    this.#numbers.give(handle);
  }
}
