import { HostlingError } from '../../errors.ts';

/**
 * Reads the entries of one of a workload's lists, each of which is a rule or the reason why it is none.
 * @throws HostlingError `option-invalid`, naming the list and every entry that is no rule
 */
export function readEntries<Rule extends object>(list: string, entries: readonly string[], read: (entry: string) => Rule | string): Rule[] {
  const rules: Rule[] = [];
  const refused: string[] = [];
  for (const entry of entries) {
    const rule = read(entry.trim());
    if (typeof rule === 'string') refused.push(`  - '${entry}': ${rule}`);
    else rules.push(rule);
  }
  if (refused.length > 0) throw new HostlingError('option-invalid', `invalid ${list}:\n${refused.join('\n')}`);
  return rules;
}
