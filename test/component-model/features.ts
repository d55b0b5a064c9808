import type { Expectations } from './expectations.ts';
import type { SuiteFile } from './files.ts';
import type { Command } from './script/commands.ts';

/** Which files concern only features that every engine has, and for each of the others how many of its components do not. */
export function formatFeatures(files: readonly SuiteFile[], { features }: Expectations): string {
  const rows = files.map(({ name, script }) => ({ name, components: script.commands.flatMap(gatesOf) }));
  const gated = rows.filter(({ components }) => components.some((names) => names.some((gate) => gate in features)));
  const shipped = rows.filter((row) => !gated.includes(row));
  const lines = gated.map(({ name, components }) => {
    const names = new Set(components.flat().filter((gate) => gate in features));
    const concerned = components.filter((used) => used.some((gate) => gate in features)).length;
    return `${name}: ${concerned} of ${components.length} components use ${[...names].toSorted().join(', ')}`;
  });
  return [`only shipped features (${shipped.length}):`, ...shipped.map(({ name }) => name), '', `other features too (${gated.length}):`, ...lines].join('\n');
}

function gatesOf({ deed }: Command): (readonly string[])[] {
  return 'component' in deed ? [deed.component.gates] : [];
}
