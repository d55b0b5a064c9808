import { parseJson } from './json.ts';
import { readManifest, type WorkloadManifest } from './manifest.ts';
import { manifestError } from './problems.ts';
import { parseYaml } from './yaml.ts';

/** How a manifest is written. */
export type ManifestFormat = 'yaml' | 'json';

/**
 * Reads the text of a manifest: YAML, of which JSON is a part, in one or more documents, or JSON. See {@link readManifest} for what must be in it.
 * Without a format a text that is JSON is read as that, everything else as YAML.
 * @throws HostlingError `manifest-invalid`: errors of the notation with line and column, others as of {@link readManifest}
 */
export async function parseManifest(text: string, format?: ManifestFormat): Promise<WorkloadManifest> {
  if (typeof text !== 'string') throw manifestError(['the manifest must be a text']);
  const documents = await parseDocuments(text.replace(/^\uFEFF/, ''), format);
  return readManifest(documents.length === 1 ? documents[0] : documents);
}

async function parseDocuments(text: string, format: ManifestFormat | undefined): Promise<unknown[]> {
  if (format === 'json') return [parseJson(text)];
  if (format === undefined && /^\s*[{[]/.test(text)) {
    try {
      return [parseJson(text)];
    } catch {
      // YAML has braces, too; if it is none either, that says what is wrong.
    }
  }
  return parseYaml(text);
}
