/** For tests of programs that use hostling: a host in memory whose clock, random numbers, log and outside world are the test's. */
export * from './index.ts';
export { createManualClock, type ManualClock } from './clock.ts';
export { createSeededEntropy } from './entropy.ts';
export type { HttpAnswer } from './http-out.ts';
export { createRecordingLog, type LogLine, type RecordingLog } from './log.ts';
