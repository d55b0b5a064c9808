/** The compilers that programs are built with: those of this machine, nothing is installed. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../../scripts/lib/run.ts';

/** A compiler that makes WebAssembly of a language. */
export interface Toolchain {
  readonly name: string;
  /** Its version, on one line. */
  readonly version: string;
}

/** A toolchain that is not there, and how to get it. */
export interface Missing {
  readonly name: string;
  readonly get: string;
}

/** The toolchains by their names here, each there or not. */
export interface Toolchains {
  readonly rust: Toolchain | Missing;
  readonly c: (Toolchain & { readonly compile: readonly string[] }) | Missing;
  readonly bindings: Toolchain | Missing;
  readonly go: Toolchain | Missing;
}

/** Whether a toolchain cannot be used. */
export function isMissing(toolchain: object): toolchain is Missing {
  return 'get' in toolchain;
}

/** Looks for all of them. */
export async function findToolchains(): Promise<Toolchains> {
  const [rust, c, bindings, go] = await Promise.all([findRust(), findC(), findBindings(), findGo()]);
  return { rust, c, bindings, go };
}

async function findRust(): Promise<Toolchain | Missing> {
  const version = await firstLine('rustc', '--version');
  const libraries = await firstLine('rustc', '--print', 'target-libdir', '--target', 'wasm32-wasip2');
  if (version !== undefined && libraries !== undefined && isReadable(libraries)) return { name: 'Rust', version };
  return { name: 'Rust', get: 'install Rust 1.87 or newer with rustup, then `rustup target add wasm32-wasip2`' };
}

/** Debian's clang with wasi-libc, or Zig, which brings both. */
async function findC(): Promise<Toolchains['c']> {
  for (const clang of ['clang-19', 'clang']) {
    const version = await firstLine(clang, '--version');
    if (version === undefined || !isReadable('/usr/include/wasm32-wasi')) continue;
    return { name: 'C', version, compile: [clang, '--target=wasm32-wasi', '-Os', '-s'] };
  }
  for (const zig of [['zig'], ['python3', '-m', 'ziglang']]) {
    const [program = '', ...args] = zig;
    const version = await firstLine(program, ...args, 'version');
    if (version !== undefined) return { name: 'C', version: `zig ${version}`, compile: [...zig, 'cc', '--target=wasm32-wasi', '-Os', '-s'] };
  }
  return { name: 'C', get: 'on Debian `apt-get install clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32`, elsewhere `pip install ziglang`' };
}

/** What makes C of WIT. */
async function findBindings(): Promise<Toolchain | Missing> {
  const version = await firstLine('wit-bindgen', '--version');
  return version === undefined ? { name: 'wit-bindgen', get: '`cargo install wit-bindgen-cli`' } : { name: 'wit-bindgen', version };
}

async function findGo(): Promise<Toolchain | Missing> {
  const version = await firstLine('go', 'version');
  return version === undefined ? { name: 'Go', get: 'install Go 1.21 or newer, https://go.dev/dl' } : { name: 'Go', version };
}

/** The first line that a program prints; nothing when there is no such program, or it fails. */
async function firstLine(program: string, ...args: string[]): Promise<string | undefined> {
  if (!(process.env['PATH'] ?? '').split(delimiter).some((folder) => isReadable(join(folder, program)))) return undefined;
  const { code, output } = await run(program, args);
  return code === 0 ? output.split('\n', 1)[0]?.trim() : undefined;
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
