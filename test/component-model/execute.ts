import { HostlingError } from '../../src/core/errors.ts';
import { type Binaries, ParserError } from './binaries.ts';
import { createHost } from './host.ts';
import type { Action, Command, ComponentNode, Deed, Script } from './script/commands.ts';
import type { Compiled, HostImports, Running, Subject } from './subjects/subject.ts';
import { isCrash, saysTrap, textOfFailure } from './traps.ts';
import { matches, show, toJs } from './values.ts';

/**
 * How a command went. `skipped` says nothing about the subject: it cannot do what is asked, or the text parser refused a component that is
 * to be refused. `unparsed`: the text parser refused a component that is valid for the suite.
 */
export type Status = 'passed' | 'failed' | 'skipped' | 'unparsed';

/** How one command went, and why when it did not pass. */
export interface Result {
  readonly line: number;
  readonly kind: Deed['kind'];
  readonly status: Status;
  readonly why?: string;
  /** Which features that an engine need not have the command's component makes use of. */
  readonly gates: readonly string[];
}

type Verdict = Pick<Result, 'status' | 'why'>;

const passed: Verdict = { status: 'passed' };
const failed = (why: string): Verdict => ({ status: 'failed', why });
const skipped = (why: string): Verdict => ({ status: 'skipped', why });
const onlyCompiled = skipped('only compiled');

/** A component or instance of the script; one of `value` and `problem` is there. */
interface Slot<T> {
  readonly gates: readonly string[];
  readonly value?: T;
  readonly problem?: Verdict;
}

/** What a script runs with. */
export interface Surroundings {
  readonly subject: Subject;
  readonly binaries: Binaries;
  /** A call that takes longer failed. */
  readonly timeoutMs: number;
}

/** Runs a script's commands in order and tells of each. */
export async function execute(script: Script, surroundings: Surroundings, tell: (result: Result) => void): Promise<void> {
  const run = new Run(surroundings);
  for (const command of script.commands) tell(await run.command(command));
  run.end();
}

class Run {
  readonly #subject: Subject;
  readonly #binaries: Binaries;
  readonly #timeoutMs: number;
  readonly #host: HostImports = createHost();
  readonly #definitions = new Map<string, Slot<Compiled>>();
  readonly #instances = new Map<string, Slot<Running>>();
  /** Instances that later components may import. */
  readonly #registered: Record<string, Readonly<Record<string, unknown>>> = {};
  #latestDefinition: Slot<Compiled> | undefined;
  #latest: Slot<Running> | undefined;

  constructor({ subject, binaries, timeoutMs }: Surroundings) {
    this.#subject = subject;
    this.#binaries = binaries;
    this.#timeoutMs = timeoutMs;
  }

  async command({ line, deed }: Command): Promise<Result> {
    const verdict = await this.#do(deed).catch((failure: unknown) => failed(`the runner failed: ${textOfFailure(failure)}`));
    return { line, kind: deed.kind, gates: this.#gatesOf(deed), ...verdict };
  }

  /** Lets go of the instances. */
  end(): void {
    this.#latest?.value?.dispose();
  }

  #gatesOf(deed: Deed): readonly string[] {
    if ('component' in deed) return deed.component.gates;
    if ('action' in deed) return this.#slotOf(deed.action)?.gates ?? [];
    return (deed.kind === 'instance' ? this.#latest?.gates : undefined) ?? [];
  }

  async #do(deed: Deed): Promise<Verdict> {
    switch (deed.kind) {
      case 'component': {
        const compiled = await this.#compile(deed.component);
        return await this.#instantiate(compiled, deed.component.id);
      }
      case 'definition': {
        const compiled = await this.#compile(deed.component);
        this.#latestDefinition = compiled;
        if (deed.component.id !== undefined) this.#definitions.set(deed.component.id, compiled);
        return compiled.problem ?? passed;
      }
      case 'instance': {
        const definition = deed.definition === undefined ? this.#latestDefinition : this.#definitions.get(deed.definition);
        if (definition === undefined) return failed(`there is no definition ${deed.definition ?? ''}`);
        return await this.#instantiate(afterwards(definition), deed.id);
      }
      case 'register': {
        const slot = deed.instance === undefined ? this.#latest : this.#instances.get(deed.instance);
        if (slot?.value === undefined) return slot?.problem ?? failed('there is no instance to register');
        this.#registered[deed.name] = slot.value.exports;
        return passed;
      }
      case 'invoke':
        return await this.#expect(deed.action, (outcome) => ('value' in outcome ? passed : failed(textOfFailure(outcome.failure))));
      case 'assert_return':
        return await this.#expect(deed.action, (outcome) => judgeReturn(deed.expected, outcome));
      case 'assert_trap':
        return await this.#expect(deed.action, (outcome) => judgeTrap(deed.message, outcome));
      case 'assert_uninstantiable':
        return await this.#refusesToStart(deed.component, (outcome) => judgeTrap(deed.message, outcome));
      case 'assert_unlinkable': {
        const verdict = await this.#refusesToStart(deed.component, judgeRefusal);
        return verdict.why?.startsWith(unsupported) === true ? skipped(verdict.why) : verdict;
      }
      case 'assert_invalid':
      case 'assert_malformed':
        return await this.#refusesToCompile(deed.component);
      default:
        return skipped(`the runner does not know ${deed.what}`);
    }
  }

  async #compile({ source, gates }: ComponentNode): Promise<Slot<Compiled>> {
    try {
      const bytes = await this.#binaries.bytesOf(source);
      return { gates, value: await this.#subject.compile(bytes) };
    } catch (failure) {
      if (failure instanceof ParserError) return { gates, problem: { status: 'unparsed', why: failure.message } };
      return { gates, problem: failed(isUnsupported(failure) ? `${unsupported}${textOfFailure(failure)}` : `it does not compile: ${crashOrText(failure)}`) };
    }
  }

  /** Makes the instance that the next calls are for; it is kept even when there is none, so that they fail for the same reason. */
  async #instantiate(compiled: Slot<Compiled>, id: string | undefined): Promise<Verdict> {
    this.#latest?.value?.dispose();
    const slot = await this.#start(compiled);
    this.#latest = afterwards(slot);
    if (id !== undefined) {
      this.#instances.set(id, this.#latest);
      if (slot.value !== undefined) this.#registered[id.replace(/^\$/, '')] = slot.value.exports;
    }
    if (slot.problem === onlyCompiled) return passed;
    return slot.problem ?? passed;
  }

  async #start({ gates, value, problem }: Slot<Compiled>): Promise<Slot<Running>> {
    if (value === undefined) return { gates, ...(problem === undefined ? {} : { problem }) };
    if (value.instantiate === undefined) return { gates, problem: onlyCompiled };
    const outcome = await this.#inTime(value.instantiate({ functions: this.#host.functions, instances: { ...this.#registered, ...this.#host.instances } }));
    if ('value' in outcome) return { gates, value: outcome.value };
    return { gates, problem: failed(`it cannot be instantiated: ${textOfFailure(outcome.failure)}`) };
  }

  async #refusesToCompile({ source }: ComponentNode): Promise<Verdict> {
    let bytes: Uint8Array;
    try {
      bytes = await this.#binaries.bytesOf(source);
    } catch (failure) {
      if (failure instanceof ParserError) return skipped(`the text parser refuses it first: ${failure.message}`);
      throw failure;
    }
    try {
      await this.#subject.compile(bytes);
    } catch (failure) {
      if (isUnsupported(failure)) return failed(`${unsupported}${textOfFailure(failure)}`);
      return isCrash(failure) ? failed(crashOrText(failure)) : passed;
    }
    return failed('it compiles');
  }

  async #refusesToStart(component: ComponentNode, judge: (outcome: Outcome<unknown>) => Verdict): Promise<Verdict> {
    const compiled = await this.#compile(component);
    if (compiled.value === undefined) return compiled.problem ?? failed('it does not compile');
    const { instantiate } = compiled.value;
    if (instantiate === undefined) return passed;
    const outcome = await this.#inTime(instantiate({ functions: this.#host.functions, instances: { ...this.#registered, ...this.#host.instances } }));
    if ('value' in outcome) outcome.value.dispose();
    return judge(outcome);
  }

  #slotOf(action: Action): Slot<Running> | undefined {
    return action.instance === undefined ? this.#latest : this.#instances.get(action.instance);
  }

  async #expect(action: Action, judge: (outcome: Outcome<unknown>) => Verdict): Promise<Verdict> {
    const slot = this.#slotOf(action);
    if (slot?.value === undefined) return slot?.problem ?? failed('there is no instance');
    return judge(await this.#inTime(slot.value.invoke(action.name, action.args.map(toJs))));
  }

  async #inTime<T>(work: Promise<T>): Promise<Outcome<T>> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Outcome<T>>((resolve) => {
      timer = setTimeout(() => resolve({ failure: `no answer in ${this.#timeoutMs} ms` }), this.#timeoutMs);
    });
    const settled = work.then(
      (value): Outcome<T> => ({ value }),
      (failure: unknown): Outcome<T> => ({ failure }),
    );
    const outcome = await Promise.race([settled, late]);
    clearTimeout(timer);
    return outcome;
  }
}

/** How a call or an instantiation ended. */
type Outcome<T> = { readonly value: T } | { readonly failure: unknown };

/** What is said of the commands that follow the one that failed. */
function afterwards<T>({ gates, value, problem }: Slot<T>): Slot<T> {
  if (value !== undefined) return { gates, value };
  if (problem === undefined || problem === onlyCompiled) return { gates, problem: onlyCompiled };
  if (problem.status === 'unparsed') return { gates, problem: skipped('its component was not parsed') };
  return { gates, problem: problem.why?.startsWith(consequence) === true ? problem : { status: problem.status, why: `${consequence}${problem.why ?? ''}` } };
}

const consequence = 'there is no instance: ';

function judgeReturn(expected: Extract<Deed, { kind: 'assert_return' }>['expected'], outcome: Outcome<unknown>): Verdict {
  const [first] = expected;
  if ('failure' in outcome) {
    // The error of a result at the top is thrown.
    const { failure } = outcome;
    const payload = failure instanceof Error && 'payload' in failure ? { tag: 'err', val: failure.payload } : undefined;
    if (first?.kind === 'result' && payload !== undefined && matches(first, payload)) return passed;
    return failed(textOfFailure(failure));
  }
  const { value } = outcome;
  const right = first === undefined ? value === undefined : matches(first, first.kind === 'result' ? { tag: 'ok', val: value } : value);
  return right ? passed : failed(`it returned ${show(value)}, not ${first === undefined ? 'nothing' : show(toJs(first))}`);
}

function judgeTrap(message: string, outcome: Outcome<unknown>): Verdict {
  if ('value' in outcome) return failed(`it returned instead of trapping: ${message}`);
  const text = textOfFailure(outcome.failure);
  return saysTrap(text, message) ? passed : failed(`it trapped with other words than "${message}": ${text}`);
}

/** The words are not compared: they are wasmtime's own. */
function judgeRefusal(outcome: Outcome<unknown>): Verdict {
  return 'value' in outcome ? failed('it was linked') : passed;
}

const unsupported = 'it is valid but not supported: ';

/** Whether an engine of ours says that it cannot run what it found valid. */
function isUnsupported(failure: unknown): boolean {
  return failure instanceof HostlingError && failure.code === 'prepare-failed';
}

function crashOrText(failure: unknown): string {
  return isCrash(failure) ? `the subject crashed: ${textOfFailure(failure)}` : textOfFailure(failure);
}
