import { atomOf, headOf, type ListNode, type Node } from './reader.ts';

/** Looks at one list of a component's text and says whether it makes use of a feature that is not on by default. */
type Rule = (node: ListNode, head: string) => boolean;

const has = (node: ListNode, word: string): boolean => node.items.some((item) => atomOf(item) === word);
const hasList = (node: ListNode, word: string): boolean => node.items.some((item) => headOf(item) === word);
const hasString = (node: ListNode, pattern: RegExp): boolean =>
  node.items.some((item) => item.kind === 'string' && pattern.test(Buffer.from(item.bytes).toString()));

/** `canon stream.read` is written so, or inside `(core func (canon …))`: in both the built-in's name is an atom of the list. */
const builtin = (node: ListNode): string => node.items.map((item) => atomOf(item) ?? '').find((text) => /^[a-z-]+\.[a-z_.-]+$/.test(text)) ?? '';

const isCoreModule = (node: ListNode): boolean => atomOf(node.items[0]) === 'core' && atomOf(node.items[1]) === 'module';

/** Features that not every engine has, most of them not on by default in any released text of the component model, and how a component's text shows them. */
const rules: Readonly<Record<string, Rule>> = {
  threads: (node) => /^thread\.(?!yield$)/.test(builtin(node)),
  'error-context': (node) => builtin(node).startsWith('error-context.') || has(node, 'error-context'),
  // An asynchronous lift without a callback.
  stackful: (node) => has(node, 'lift') && has(node, 'async') && !hasList(node, 'callback'),
  // Those that block, and cancelling without blocking.
  'more-async-builtins': (node) => {
    const name = builtin(node);
    if (/^(stream|future)\.(read|write)$/.test(name)) return !has(node, 'async');
    if (/^(stream|future)\.cancel-(read|write)$/.test(name) || name === 'subtask.cancel') return has(node, 'async');
    return false;
  },
  cancellable: (node) => has(node, 'cancellable'),
  gc: (node) => (has(node, 'lift') || has(node, 'lower')) && has(node, 'gc'),
  'fixed-length-lists': (node, head) => head === 'list' && /^\d+$/.test(atomOf(node.items[2]) ?? ''),
  values: (_node, head) => head === 'value' || head === 'start',
  memory64: (node) => isCoreModule(node) && node.items.some((item) => item.kind === 'list' && headOf(item) === 'memory' && has(item, 'i64')),
  'nested-namespaces': (node, head) => (head === 'import' || head === 'export') && hasString(node, /^[a-z0-9-]+(:[a-z0-9-]+){2,}\/|^[a-z0-9:-]+\/[a-z0-9-]+\//),
  versionsuffix: (node) => hasList(node, 'versionsuffix'),
};

/** The gated features that a component's text makes use of, by name. */
export function gatesOf(component: ListNode): string[] {
  const found = new Set<string>();
  const visit = (node: Node): void => {
    if (node.kind !== 'list') return;
    const head = headOf(node) ?? '';
    for (const [gate, matches] of Object.entries(rules)) if (matches(node, head)) found.add(gate);
    // Core modules have words of their own.
    if (!isCoreModule(node)) for (const item of node.items) visit(item);
  };
  visit(component);
  return [...found].toSorted();
}
