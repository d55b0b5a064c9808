import { sha256 } from '../core/engine/digest.ts';
import { wasmKind } from '../core/engine/wasm-kind.ts';
import type { Extern, FunctionType } from '../core/engine/interface.ts';
import type { Plan } from '../core/engine/plan/plan.ts';
import type { Inspection } from '../core/workload/linker.ts';
import { type CommonOptions, shownAs } from './options.ts';
import { findPlan } from './plan.ts';

/** An import or export with its functions. */
export interface ReportedExtern {
  readonly name: string;
  readonly kind: Extern['kind'];
  readonly functions: readonly FunctionType[];
}

/** What `hostling inspect --json` prints. */
export interface Report {
  /** Where it is. */
  readonly component: string;
  readonly format: 'component' | 'preview1-module';
  /** What it is, in words. */
  readonly kinds: readonly string[];
  /** SHA-256 of the file, in hex. */
  readonly digest: string;
  readonly size: number;
  readonly entrypoints: Inspection['entrypoints'];
  readonly imports: readonly (ReportedExtern & { readonly served: boolean; readonly problem?: string })[];
  readonly exports: readonly ReportedExtern[];
  /** What hostling's engine executes; asked for with `--verbose`. */
  readonly plan?: Plan;
  /** Why there is no plan although it was asked for. */
  readonly noPlan?: string;
}

/**
 * Reads a component and says what it is; nothing of it is run.
 * @throws HostlingError `source-unreachable`, `not-wasm`, `core-module`, `invalid-component`
 */
export async function reportOn(component: string, common: CommonOptions): Promise<Report> {
  const { openSession } = await import('./session.ts');
  await using session = await openSession({ ...common, component, log: 'warn' });
  const bytes = await session.read();
  const adapted = wasmKind(bytes) === 'core-module';
  const { interface: world, imports, entrypoints } = await session.host.inspect(bytes);
  const externs = new Map(world.imports.map((item) => [item.name, item]));
  return {
    component: shownAs(component),
    format: adapted ? 'preview1-module' : 'component',
    kinds: kindsOf(entrypoints, adapted),
    digest: await sha256(bytes),
    size: bytes.length,
    entrypoints,
    imports: imports.map((item) => ({ ...describe(externs.get(item.name) ?? { name: item.name, kind: 'instance' }), ...item })),
    exports: world.exports.filter(({ kind }) => kind !== 'type').map(describe),
    ...(common.verbose && (await findPlan(bytes, common))),
  };
}

function describe({ name, kind, functions = [] }: Extern): ReportedExtern {
  return { name, kind, functions };
}

function kindsOf({ http, run }: Inspection['entrypoints'], adapted: boolean): string[] {
  if (adapted) return [`core module for WASI Preview 1, made a component when it is loaded${run === undefined ? '' : ' (hostling run)'}`];
  const kinds = [
    ...(http === undefined ? [] : [`HTTP handler, WASI Preview ${http.preview} (hostling serve)`]),
    ...(run === undefined ? [] : [`command, WASI Preview ${run.name.includes('@0.3') ? 3 : 2} (hostling run)`]),
  ];
  return kinds.length > 0 ? kinds : ['component that neither answers HTTP requests nor runs as a command'];
}
