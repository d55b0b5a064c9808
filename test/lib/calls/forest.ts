import { cancellable } from '../../../src/core/engine/values.ts';
import { type Puppet, puppets, type Stage } from '../puppets.ts';
import type { Random } from '../random.ts';
import { Mismatch } from '../streams/course.ts';
import { Actor } from './actor.ts';
import { CallNode, Numbers } from './node.ts';

/** A call of the host that has not been answered. */
interface Owed {
  readonly node: CallNode;
  readonly resolve: (value: number) => void;
}

/** How many turns of microtasks let everything arrive that is under way. */
const hops = 30;

/** Random trees of calls: each puppet calls the next, the last one the host. What callers are told has to agree with what callees do. */
export class Forest {
  readonly random: Random;
  readonly log: string[] = [];
  readonly #numbers: Readonly<Record<Puppet, Numbers>> = { p0: new Numbers(), p1: new Numbers(), p2: new Numbers() };
  readonly #nodes: CallNode[] = [];
  readonly #hosted = new Map<number, CallNode>();
  readonly #inside = new Map<Puppet | undefined, CallNode>();
  readonly #unwritten: [Puppet, number][] = [];
  #owed: Owed[] = [];
  #stage: Stage | undefined;
  #values = 0;
  #over = false;

  constructor(random: Random) {
    this.random = random;
  }

  fail(what: string): never {
    throw new Mismatch(what);
  }
  expect(isSo: boolean, what: string): void {
    if (this.#over) this.fail('a guest runs after its end');
    if (!isSo) this.fail(what);
  }
  /** Where a result goes. */
  place(): number {
    return 4096 + 4 * (this.#values++ % 8192);
  }

  /** Nobody else may be in the puppet while code of a call runs or waits on its stack. */
  enter(node: CallNode): void {
    const inside = this.#inside.get(node.puppet);
    if (inside !== undefined) this.fail(`${node.kind} ${node.value} enters while ${inside.kind} ${inside.value} is inside`);
    this.#inside.set(node.puppet, node);
  }
  leave(node: CallNode): void {
    this.#inside.delete(node.puppet);
  }
  /** Whether others wait to enter where a call is about to. */
  waiting(node: CallNode): boolean {
    return this.#nodes.some((other) => other !== node && other.puppet === node.puppet && node.puppet !== undefined && !other.started && !other.resolved);
  }
  /** A call was cancelled: no result may ever come where it should have gone. */
  unwritten({ puppet }: CallNode, out: number): void {
    if (puppet !== undefined) this.#unwritten.push([puppet, out]);
  }

  /** Something for a call to call. */
  callee(caller: CallNode, kind: 'task' | 'stack'): { node: CallNode; script: number } {
    const puppet = puppets[puppets.indexOf(caller.puppet ?? 'p0') + 1];
    return this.#create(puppet, puppet === undefined ? 'host' : kind);
  }
  #create(puppet: Puppet | undefined, kind: CallNode['kind']): { node: CallNode; script: number } {
    const node = new CallNode(kind, puppet, 1000 + this.#values++);
    this.#nodes.push(node);
    if (puppet === undefined) {
      this.#hosted.set(node.value, node);
      return { node, script: node.value };
    }
    return { node, script: this.stage.script(new Actor(this, node, this.#numbers[puppet]).script()) };
  }
  get stage(): Stage {
    return this.#stage ?? this.fail('there is no stage');
  }
  /** A caller is about to cancel: one that has not begun will not, and the host is over with it at once. */
  cancelling(node: CallNode, script: number): void {
    node.cancelRequested = true;
    if (!node.started) {
      node.cancelled = true;
      node.ended = true;
      this.stage.forget(script);
    } else if (node.kind === 'host') node.cancelled = true;
  }

  /** What the last puppet calls. */
  readonly #host = (id: number): unknown => {
    const node = this.#hosted.get(id) ?? this.fail(`the host has no call ${id}`);
    node.started = true;
    if (this.random.chance(0.3)) {
      node.returned = true;
      node.ended = true;
      return node.value;
    }
    const { promise, resolve } = Promise.withResolvers<number>();
    // Right before the engine hears of it.
    void promise.then(() => (node.returned = !node.cancelled));
    const owed = { node, resolve };
    this.#owed.push(owed);
    return this.random.chance(0.5)
      ? promise
      : cancellable(promise, () => {
          if (!node.cancelled) this.fail('the host was told to give up what nobody cancelled');
          this.#settle(owed);
        });
  };
  #settle(owed: Owed): void {
    this.#owed = this.#owed.filter((other) => other !== owed);
    this.log.push(`host ${owed.node.value} is settled`);
    owed.node.ended = true;
    owed.resolve(owed.node.value);
  }
  /** Answers one call of the host. */
  #answer(): void {
    if (this.#owed.length === 0) return;
    this.#settle(this.random.pick(this.#owed));
  }

  /**
   * Calls the first puppet some times and answers what reaches the host, until all is over; or lets go of the instance in the middle.
   * @throws Mismatch, or what the engine failed with
   */
  async run(stage: Stage, disposes: boolean): Promise<void> {
    this.#stage = stage;
    stage.child = { task: this.#host, stack: this.#host };
    const calls: Promise<unknown>[] = [];
    for (let roots = 1 + this.random.below(3); roots > 0; roots--) {
      const { node, script } = this.#create('p0', this.random.pick(['task', 'stack']));
      const call = stage.follow('p0', node.kind === 'task' ? 'task' : 'stack', script);
      calls.push(call.then((value) => this.expect(value === node.value, `a call of the host answers ${value}, not ${node.value}`)));
      calls.at(-1)?.catch(() => {});
      if (this.random.chance(0.5)) await this.#flush();
    }
    await (disposes ? this.#dispose(calls) : this.#finish(calls));
  }
  async #flush(): Promise<void> {
    for (let hop = 0; hop < hops; hop++) await undefined;
    if (this.stage.failure !== undefined) throw this.stage.failure;
    // What is on its way may take longer, but not past the environment's next turn.
    if (this.#asleep() === undefined) return;
    await nextTurn();
    const asleep = this.#asleep();
    if (asleep !== undefined) this.fail(`task ${asleep.value} is not told that it was cancelled`);
  }
  /** A task that could be told that it was cancelled, and was not. */
  #asleep(): CallNode | undefined {
    if (this.#over) return undefined;
    return this.#nodes.find((node) => node.parked && node.cancelRequested && !node.toldToCancel && !node.resolved && !this.#inside.has(node.puppet));
  }
  async #finish(calls: readonly Promise<unknown>[]): Promise<void> {
    let over = false;
    const end = (): void => void (over = true);
    const all = Promise.all([...calls, this.stage.instance.idle?.()]);
    all.then(end, end);
    while (!over) {
      // Guests that yield again and again go on in later turns.
      if (this.#owed.length === 0) await nextTurn();
      this.#answer();
      if (this.random.chance(0.7)) await this.#flush();
    }
    await all;
    // Of what was cancelled the host may not know, and still answers.
    while (this.#owed.length > 0) this.#answer();
    await this.#flush();
    this.#end();
  }
  #end(): void {
    const left = this.#nodes.filter(({ ended }) => !ended);
    this.expect(left.length === 0, `${left.length} calls have not ended`);
    for (const [puppet, out] of this.#unwritten) {
      const written = this.stage.peek(puppet, out, 4).some((byte) => byte !== 0);
      this.expect(!written, `there is a result at ${out} of ${puppet}, though the call was cancelled`);
    }
    for (const puppet of puppets) this.expect(this.#numbers[puppet].size === 0, `handles of ${puppet} are left`);
    this.expect(this.stage.unfinished === 0, 'a script is left');
    this.expect(this.stage.instance.restore?.(this.stage.imports) === true, 'something is left: the instance cannot be restored');
  }
  /** Lets go of the instance: all calls fail, and nothing runs any more, whatever the host still answers. */
  async #dispose(calls: readonly Promise<unknown>[]): Promise<void> {
    for (let turns = this.random.below(4); turns > 0; turns--) {
      this.#answer();
      await this.#flush();
    }
    this.log.push('the instance is disposed');
    this.stage.instance.dispose();
    this.#over = true;
    await Promise.allSettled(calls);
    await this.stage.instance.idle?.();
    while (this.#owed.length > 0) this.#answer();
    await this.#flush();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 0));
}
