/** What `run` and `serve` load once there is something to run; `--help` does without it. */
export { filterLog } from '../core/log.ts';
export { stderrLog } from '../platform/node/log.ts';
export { sources } from '../platform/node/sources.ts';
export { openGrants } from './grants.ts';
export { createStatusLine } from './progress.ts';
export { attachStdio } from './stdio.ts';
