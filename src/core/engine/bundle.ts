import type { Artifact } from './engine.ts';

/** The files of a bundled component, by name. */
export type BundleFiles = Readonly<Record<string, string | Uint8Array>>;

/**
 * Writes an artifact as modules that a program imports: `index.js` has the {@link BundledComponent} as its default export, and imports the
 * generated code and each core module as bundlers for Workers have them, `import module from './x.wasm'`.
 */
export function bundleFiles(artifact: Artifact): BundleFiles {
  const names = Object.keys(artifact.modules);
  const about = JSON.stringify({ engine: artifact.engine, digest: artifact.digest, interface: artifact.interface }, null, 2);
  const imports = names.map((name, index) => `import module${index} from './${name}';`);
  const modules = names.map((name, index) => `  '${name}': module${index},`);
  const index = `import code from './component.js';\n${imports.join('\n')}\n\nconst about = ${about};\n\nexport default { ...about, code, modules: {\n${modules.join('\n')}\n} };\n`;
  return {
    'index.js': index,
    'index.d.ts': `import type { BundledComponent } from 'hostling';\n\ndeclare const component: BundledComponent;\nexport default component;\n`,
    'component.js': `export default (${artifact.source});\n`,
    ...artifact.modules,
  };
}
