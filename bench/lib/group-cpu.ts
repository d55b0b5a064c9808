import { readdirSync, readFileSync } from 'node:fs';

/** The kernel's unit of processor time in what it shows of processes, which is the same on every Linux. */
const tickMs = 10;

/** Processor time that the living processes of a group have used; `undefined` where there is no `/proc` to tell. */
export function cpuMsOfGroup(group: number): number | undefined {
  let ticks = 0;
  let found = false;
  for (const name of namesIn('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // What comes after the program's name, which may hold anything: state, parent, group, …
    const fields = statOf(name)
      ?.replace(/^.*\) /s, '')
      .split(' ');
    if (fields === undefined || Number(fields[2]) !== group) continue;
    found = true;
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return found ? ticks * tickMs : undefined;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A process may end between one look and the next. */
function statOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}
