import { type Constant, readConstant, textOf } from './constants.ts';
import { gatesOf } from './gates.ts';
import { atomOf, headOf, lineOf, type ListNode, type Node, readScript } from './reader.ts';

/** Where a component's bytes come from. */
export type Source =
  | { readonly kind: 'text'; readonly text: string }
  /** Text in strings, which need not be well formed. */
  | { readonly kind: 'quote'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array };

/** A component as a script gives it. */
export interface ComponentNode {
  readonly source: Source;
  readonly id?: string;
  readonly gates: readonly string[];
}

/** A call of an export: of the named instance, or of the latest. */
export interface Action {
  readonly instance?: string;
  readonly name: string;
  readonly args: readonly Constant[];
}

/** What a command does. */
export type Deed =
  /** Compiles and instantiates; the instance is the latest from then on. */
  | { readonly kind: 'component'; readonly component: ComponentNode }
  /** Only compiles. */
  | { readonly kind: 'definition'; readonly component: ComponentNode }
  /** Instantiates a definition. */
  | { readonly kind: 'instance'; readonly id?: string; readonly definition?: string }
  | { readonly kind: 'register'; readonly name: string; readonly instance?: string }
  | { readonly kind: 'invoke'; readonly action: Action }
  | { readonly kind: 'assert_return'; readonly action: Action; readonly expected: readonly Constant[] }
  | { readonly kind: 'assert_trap'; readonly action: Action; readonly message: string }
  /** The component compiles, and traps when it is instantiated. */
  | { readonly kind: 'assert_uninstantiable'; readonly component: ComponentNode; readonly message: string }
  | { readonly kind: 'assert_unlinkable'; readonly component: ComponentNode; readonly message: string }
  | { readonly kind: 'assert_invalid' | 'assert_malformed'; readonly component: ComponentNode; readonly message: string }
  | { readonly kind: 'unknown'; readonly what: string };

/** One command of a script and its line. */
export interface Command {
  readonly line: number;
  readonly deed: Deed;
}

/** One file of a suite. */
export interface Script {
  readonly commands: readonly Command[];
}

/**
 * Reads a script's commands. A command that is not known is `unknown`, not an error.
 * @throws SyntaxError when the parentheses or strings are wrong
 */
export function parseScript(text: string): Script {
  return { commands: readScript(text).map((node) => ({ line: lineOf(text, node.start), deed: readDeed(text, node) })) };
}

function readDeed(text: string, node: ListNode): Deed {
  const head = headOf(node);
  const [, first, ...rest] = node.items;
  switch (head) {
    case 'component':
      return readComponentCommand(text, node);
    case 'register': {
      const instance = atomOf(rest[0]);
      return { kind: 'register', name: textOf(first), ...(instance === undefined ? {} : { instance }) };
    }
    case 'invoke':
      return { kind: 'invoke', action: readAction(node) };
    case 'assert_return':
      return { kind: head, action: readAction(first), expected: rest.map(readConstant) };
    case 'assert_trap':
    case 'assert_unlinkable':
    case 'assert_invalid':
    case 'assert_malformed':
      return readAssertion(text, head, first, textOf(rest[0]));
    default:
      return { kind: 'unknown', what: head ?? 'a list' };
  }
}

function readAssertion(
  text: string,
  kind: 'assert_trap' | 'assert_unlinkable' | 'assert_invalid' | 'assert_malformed',
  subject: Node | undefined,
  message: string,
): Deed {
  if (kind === 'assert_trap' && headOf(subject) === 'invoke') return { kind, action: readAction(subject), message };
  if (headOf(subject) !== 'component') return { kind: 'unknown', what: `${kind} of a ${headOf(subject) ?? 'token'}` };
  const component = readComponent(text, subject as ListNode);
  return { kind: kind === 'assert_trap' ? 'assert_uninstantiable' : kind, component, message };
}

function readAction(node: Node | undefined): Action {
  if (node?.kind !== 'list' || headOf(node) !== 'invoke') throw new SyntaxError('an invoke is expected');
  const instance = atomOf(node.items[1]);
  const [name, ...args] = node.items.slice(instance === undefined ? 1 : 2);
  return { name: textOf(name), args: args.map(readConstant), ...(instance === undefined ? {} : { instance }) };
}

function readComponentCommand(text: string, node: ListNode): Deed {
  const form = atomOf(node.items[1]);
  if (form === 'instance') {
    const [id, definition] = node.items.slice(2).map(atomOf);
    return { kind: 'instance', ...(id === undefined ? {} : { id }), ...(definition === undefined ? {} : { definition }) };
  }
  return { kind: form === 'definition' ? 'definition' : 'component', component: readComponent(text, node) };
}

/** The component of a list, without the word `definition` that only scripts have. */
function readComponent(text: string, node: ListNode): ComponentNode {
  let items = node.items.slice(1);
  if (atomOf(items[0]) === 'definition') items = items.slice(1);
  const id = atomOf(items[0])?.startsWith('$') === true ? atomOf(items[0]) : undefined;
  const form = atomOf(items[id === undefined ? 0 : 1]);
  const named = id === undefined ? {} : { id };
  if (form === 'binary' || form === 'quote') {
    const bytes = Buffer.concat(items.flatMap((item) => (item.kind === 'string' ? [item.bytes] : [])));
    if (form === 'binary') return { source: { kind: 'binary', bytes }, gates: [], ...named };
    return { source: { kind: 'quote', text: `(component ${bytes.toString('utf8')})` }, gates: [], ...named };
  }
  const body = items.length === 0 ? '' : text.slice(items[0]?.start, node.end - 1);
  return { source: { kind: 'text', text: `(component ${body})` }, gates: gatesOf(node), ...named };
}
