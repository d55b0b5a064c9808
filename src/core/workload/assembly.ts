import type { Artifact, BundledComponent, Component } from '../engine/engine.ts';
import { parseAllowedHosts } from '../http/egress.ts';
import type { Directory } from '../ports/files.ts';
import type { Platform } from '../ports/platform.ts';
import { detachedStdio, type Stdio } from '../wasi/stdio.ts';
import { createWasi } from '../wasi/wasi.ts';
import { bind, type BoundComponent, companyOf, type Member } from './bound.ts';
import type { Components, Shared } from './components.ts';
import type { ResolvedOptions } from './options.ts';
import { resolveImports, type Serve } from './resolve.ts';
import { findSiblings } from './siblings.ts';

/** A part that can be loaded. */
export type Prepared = { readonly options: ResolvedOptions } & ({ readonly artifact: Artifact } | { readonly bundle: BundledComponent });

/** A component of a workload that is linked. */
export interface Unit {
  readonly component: Component;
  readonly bound: BoundComponent;
  readonly options: ResolvedOptions;
  /** Whether instances of it, and of all that live with them, may be kept from call to call. */
  readonly isKept: boolean;
}

/** All components of a workload, linked with one another; the service is the last. */
export interface Assembly {
  readonly units: readonly Unit[];
  release(): void;
}

/** Who serves the imports of one component. */
export interface Services {
  /** WASI, but for what the workload has of its own in its place. */
  readonly wasi: Serve;
  /** All that is served: what siblings do not. */
  readonly any: Serve;
}

/** A component that is being linked, and all that was made for it. */
interface Making {
  readonly options: ResolvedOptions;
  readonly stdio: Stdio;
  readonly services: Services;
  readonly shared: Shared;
}

/** Links the components of workloads with one another, in this realm. */
export interface Assembler {
  /**
   * @param hasService whether the last is the service
   * @throws HostlingError `import-unserved`, and what loading a component throws
   */
  assemble(prepared: readonly Prepared[], hasService: boolean): Promise<Assembly>;
  /** What serves a component's imports, siblings aside. */
  servicesFor(options: ResolvedOptions, stdio: Stdio): Services;
}

export function createAssembler(platform: Platform, components: Components, emptyDirectory: () => Directory): Assembler {
  const { log, clock } = platform;

  const servicesFor = (options: ResolvedOptions, stdio: Stdio): Services => {
    const directories = Object.entries(options.directories);
    const wasi = createWasi({
      args: options.args,
      env: options.env,
      stdio,
      clock,
      entropy: platform.entropy,
      preopens: Object.fromEntries(directories.map(([path, directory]) => [path, directory === 'memory' ? emptyDirectory() : directory])),
      httpOut: platform.httpOut,
      egress: parseAllowedHosts(options.allowedHosts),
    });
    return { wasi, any: (name) => (Object.hasOwn(options.interfaces, name) ? options.interfaces[name] : wasi(name)) };
  };

  const letGo = ({ options, stdio, shared }: Making): void => {
    shared.release();
    if (options.stdio === undefined) {
      void stdio.stdout.close?.();
      void stdio.stderr.close?.();
    }
  };

  const make = (prepared: Prepared): Making => {
    const { options } = prepared;
    const stdio = options.stdio ?? detachedStdio(log, options.name);
    const services = servicesFor(options, stdio);
    const shared = 'artifact' in prepared ? components.load(prepared.artifact, options) : components.adopt(prepared.bundle, options);
    return { options, stdio, services, shared };
  };

  /** What serves each component's imports: WASI, then the others, then the workload's own interfaces. */
  const membersOf = (makings: readonly Making[], loaded: readonly Component[], hasService: boolean): readonly Member[] => {
    const named = loaded.map(({ interface: { imports, exports } }, index) => {
      const offered = hasService && index === loaded.length - 1 ? [] : exports;
      return { name: makings[index]?.options.name ?? '', interface: { imports, exports: offered } };
    });
    const links = findSiblings(named, (imported) => makings.some(({ services }) => services.wasi(imported) !== undefined));
    const siblings = loaded.map(() => new Map<string, Member>());
    const members = loaded.map((component, index): Member => {
      const { options, stdio, services } = makings[index] as Making;
      const { imports, exports } = component.interface;
      const rest = imports.filter((item) => links[index]?.has(item.name) !== true);
      return {
        component,
        instanceOptions: { name: options.name, outputWaits: stdio.stdout.immediate !== true || stdio.stderr.immediate !== true },
        importsFor: resolveImports({ imports: rest, exports }, services.any, loaded.length > 1 ? `component ${options.name}` : undefined),
        siblings: siblings[index] as Map<string, Member>,
      };
    });
    links.forEach((found, index) => {
      for (const [imported, from] of found) siblings[index]?.set(imported, members[from] as Member);
    });
    return members;
  };

  const assemble = async (prepared: readonly Prepared[], hasService: boolean): Promise<Assembly> => {
    const makings: Making[] = [];
    const release = (): void => makings.forEach(letGo);
    try {
      for (const one of prepared) makings.push(make(one));
      const loaded = await Promise.all(makings.map(({ shared }) => shared.component));
      const members = membersOf(makings, loaded, hasService);
      const units = members.map((member, index): Unit => {
        const company = companyOf(member);
        const isKept = makings.every((one, at) => one.options.poolSize > 0 || !company.includes(members[at] as Member));
        return { component: member.component, bound: bind(member), options: (makings[index] as Making).options, isKept };
      });
      return { units, release };
    } catch (failure) {
      release();
      throw failure;
    }
  };

  return { assemble, servicesFor };
}
