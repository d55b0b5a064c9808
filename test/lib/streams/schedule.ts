import { command, type Puppet, puppets, type Script, type Stage, waitFor } from '../puppets.ts';
import type { Random } from '../random.ts';
import { Course, Mismatch, type Wait } from './course.ts';
import { illegal } from './illegal.ts';
import { eventAt, PuppetSide } from './in-puppet.ts';
import { HostSide } from './on-host.ts';
import { SourceChannel } from './sources.ts';

/** How many turns of microtasks let everything arrive that is under way. */
const hops = 30;

/** One random course of operations on streams and futures between puppets and the host. Everything that is answered is compared with the model. */
export class Schedule {
  readonly #course: Course;
  readonly #host: HostSide;
  readonly #sides: Readonly<Record<Puppet, PuppetSide>>;

  constructor(stage: Stage, random: Random) {
    this.#course = new Course(stage, random);
    this.#host = new HostSide(this.#course);
    this.#sides = { p0: new PuppetSide(this.#course, 'p0'), p1: new PuppetSide(this.#course, 'p1'), p2: new PuppetSide(this.#course, 'p2') };
  }

  get log(): readonly string[] {
    return this.#course.log;
  }

  /**
   * Does so many things and then lets go of everything; or, if it `breaks`, something that must not be done.
   * @throws Mismatch, or what the engine failed with
   */
  async run(steps: number, breaks = false): Promise<void> {
    const { random } = this.#course;
    for (let step = 0; step < steps; step++) {
      const act = random.weighted([
        [13, () => this.#inPuppet()],
        [6, () => this.#host.something()],
        [1, () => this.#wait()],
      ]);
      act();
      if (random.chance(0.5)) await this.#flush();
    }
    await (breaks ? this.#break() : this.#finish());
  }
  #inPuppet(): void {
    const { random } = this.#course;
    const side = this.#sides[random.pick(puppets)];
    side.do(...Array.from({ length: 1 + random.below(3) }, () => side.something()));
  }

  /** Calls a puppet that waits for an event of a set. */
  #wait(): void {
    const { random, tables, stage, waits, calls, sources, log } = this.#course;
    const puppet = random.pick(puppets);
    const { sets } = tables[puppet];
    if (sets.length === 0) return;
    const others = this.#course.waitsOf(puppet);
    const onStack = random.chance(0.4) && others.every((wait) => wait.started && !wait.onStack);
    const wait: Wait = { puppet, set: random.pick(sets), onStack, started: false };
    waits.add(wait);
    log.push(`host: a call waits on the set ${wait.set.handle} of ${puppet}${onStack ? ', on its stack' : ''}`);
    const arrived = (code: number, handle: number, payload: number): void => {
      waits.delete(wait);
      log.push(`${puppet}: a call goes on`);
      // What it is told of may have come just now.
      for (const source of sources) source.flushed();
      this.#sides[puppet].event(wait.set, code, handle, payload);
    };
    const parked = function* (): Script {
      wait.started = true;
      const { code, first, second } = yield waitFor(wait.set.handle);
      arrived(code, first, second);
      yield command('task.return', 0);
    };
    const stacked = function* (): Script {
      wait.started = true;
      const { first: code } = yield command('waitable-set.wait', wait.set.handle, eventAt);
      const { first: handle } = yield command('load', eventAt);
      const { first: payload } = yield command('load', eventAt + 4);
      arrived(code, handle, payload);
    };
    const call = onStack ? stage.stack(puppet, stacked()) : stage.task(puppet, parked());
    calls.push(call);
    // The failure of one is the failure of all, and the schedule's.
    call.catch(() => {});
  }

  /** Lets everything arrive that is under way; then nobody may sleep who has something to do. */
  async #flush(): Promise<void> {
    const { stage, sources, hostEnds, log } = this.#course;
    for (let hop = 0; hop < hops; hop++) await undefined;
    log.push('flush');
    for (const source of sources) source.flushed();
    for (let hop = 0; hop < hops; hop++) await undefined;
    if (stage.failure !== undefined) throw stage.failure;
    for (const puppet of puppets) {
      for (const { set } of this.#course.runnable(puppet)) {
        if (set.ready.length > 0) throw new Mismatch(`a call sleeps on the set ${set.handle} of ${puppet}, which has an event`);
      }
    }
    for (const end of hostEnds) this.#host.check(end);
  }

  /** One puppet does what traps: the instance is gone for everybody, and everybody who waits is told. */
  async #break(): Promise<void> {
    const { random, tables, stage, calls, hostEnds, log } = this.#course;
    await this.#flush();
    const puppet = random.pick(puppets);
    const waited = new Set(this.#course.runnable(puppet).map(({ set }) => set));
    const [why, deed, x, y, z] = random.pick(illegal(tables[puppet], waited));
    log.push(`must trap, for ${why}`);
    const side = this.#sides[puppet];
    const trapping = function* (): Script {
      yield* side.say(deed, x, y, z);
    };
    const outcome = await Promise.resolve()
      .then(() => stage.run(puppet, trapping()))
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    this.#course.expect(outcome instanceof Error && outcome.name === 'Trap', `${deed} does not trap, though ${why}: ${String(outcome)}`);
    await Promise.allSettled(calls);
    await stage.instance.idle?.();
    for (const { reading } of hostEnds) this.#course.expect(reading === undefined || reading.failed === outcome, 'a read of the host is left');
    this.#course.expect(stage.instance.restore?.(stage.imports) === false, 'what has trapped was restored');
  }

  /** Everything is let go: all calls end, all handles are free and the instance is as new. */
  async #finish(): Promise<void> {
    const { stage, sources, hostEnds, calls, log } = this.#course;
    log.push('the end');
    for (const puppet of puppets) await this.#wakeAll(puppet);
    for (const source of sources) source.settle();
    await this.#flush();
    for (const end of hostEnds) if (!end.over && (end.channel.kind === 'stream' || end.reading === undefined)) this.#host.dispose(end);
    for (const side of Object.values(this.#sides)) side.do(side.letGo());
    await this.#flush();
    for (const side of Object.values(this.#sides)) side.do(side.dropAll());
    await this.#flush();
    for (const source of sources) {
      const complaint = source instanceof SourceChannel ? source.complaint : undefined;
      if (complaint !== undefined) throw new Mismatch(complaint);
    }
    const unread = hostEnds.some(({ reading }) => reading !== undefined);
    this.#course.expect(!unread, 'a read of the host is left');
    this.#course.expect(stage.unfinished === 0, 'a script is left');
    await Promise.all(calls);
    await stage.instance.idle?.();
    this.#course.expect(stage.instance.restore?.(stage.imports) === true, 'something is left: the instance cannot be restored');
  }
  /** Brings up events until nobody waits in a puppet any more. */
  async #wakeAll(puppet: Puppet): Promise<void> {
    for (let count = this.#course.waitsOf(puppet).length; count > 0; count = this.#course.waitsOf(puppet).length) {
      const [wait] = this.#course.runnable(puppet);
      if (wait === undefined) throw new Mismatch(`a call does not begin in ${puppet}`);
      const side = this.#sides[puppet];
      side.do(side.bringUp(wait.set));
      await this.#flush();
      this.#course.expect(this.#course.waitsOf(puppet).length < count, `a call sleeps on the set ${wait.set.handle} of ${puppet}`);
    }
  }
}
