import { HostlingError } from '../../errors.ts';
import type { Cursor } from './cursor.ts';

/** What a component says that people call it and what is in it. */
export interface ComponentNames {
  readonly name?: string;
  /** Names of component instances, by index. */
  readonly instanceNames: ReadonlyMap<number, string>;
}

/** The sort of component instances. */
const instances = 0x05;

/** The contents of a `component-name` section (Binary.md, name section). Names are for messages only: what cannot be read of them is left out. */
export function componentNames(section: Cursor): ComponentNames {
  let name: string | undefined;
  const instanceNames = new Map<number, string>();
  try {
    while (!section.done) {
      const id = section.u8('a subsection');
      const part = section.part(section.u32('the size of a subsection'), 'a subsection');
      if (id === 0) name = part.name('the name of a component');
      else if (id === 1 && part.u8('a sort') === instances) part.vec('name', () => instanceNames.set(part.u32('an index'), part.name('a name')));
    }
  } catch (failure) {
    if (!(failure instanceof HostlingError)) throw failure;
  }
  for (const [index, text] of instanceNames) if (!isShowable(text)) instanceNames.delete(index);
  return name === undefined || !isShowable(name) ? { instanceNames } : { name, instanceNames };
}

/** Whether a name may stand in a message: one line, and not the whole of it. */
function isShowable(name: string): boolean {
  return /^\P{C}{1,80}$/u.test(name);
}
