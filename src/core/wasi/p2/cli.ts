import type { InterfaceTable } from '../interface.ts';
import { type CliState, createCommonCli } from '../p3/cli.ts';
import { inputStreamOf, outputStreamOf } from './io.ts';

/** `wasi:cli` 0.2, over the same state as 0.3 */
export function createCliP2(state: CliState): InterfaceTable {
  const environment = {
    /** `get-environment: func() -> list<tuple<string, string>>` */
    getEnvironment: () => Object.entries(state.env),
    /** `get-arguments: func() -> list<string>` */
    getArguments: () => [...state.args],
    /** `initial-cwd: func() -> option<string>` */
    initialCwd: () => state.cwd,
  };
  return {
    ...createCommonCli(state),
    'wasi:cli/environment': () => environment,
    'wasi:cli/stdin': (scope) => ({ getStdin: () => inputStreamOf(state.openStdin(), scope) }),
    'wasi:cli/stdout': (scope) => ({ getStdout: () => outputStreamOf(state.stdout, scope) }),
    'wasi:cli/stderr': (scope) => ({ getStderr: () => outputStreamOf(state.stderr, scope) }),
  };
}
