import type { Document, ScalarTag } from 'yaml';
import { asHostlingError, HostlingError, messageOf } from '../../errors.ts';
import { manifestError } from './problems.ts';

type Yaml = typeof import('yaml');

/**
 * Reads the documents of a YAML text as Kubernetes does: they are JSON by another notation, in which `yes`, `no`, `on` and `off` are booleans. Empty
 * documents are left out.
 * @throws HostlingError `manifest-invalid` with line and column of the first error of each document
 * @throws HostlingError `source-unreachable` when the page cannot load the reader of YAML
 */
export async function parseYaml(text: string): Promise<unknown[]> {
  const yaml = await loadYaml();
  try {
    return readDocuments(yaml, text);
  } catch (thrown) {
    // Such as that it is too deep for the stack.
    throw thrown instanceof HostlingError ? thrown : manifestError([`the text cannot be read: ${messageOf(thrown)}`]);
  }
}

/** Only who has a manifest in YAML loads it. */
async function loadYaml(): Promise<Yaml> {
  try {
    return await import('yaml');
  } catch (thrown) {
    throw asHostlingError(thrown, 'source-unreachable', 'the reader of YAML cannot be loaded');
  }
}

function readDocuments(yaml: Yaml, text: string): unknown[] {
  const lines = new yaml.LineCounter();
  const problems: string[] = [];
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  const documents = yaml.parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
    merge: true,
    resolveKnownTags: false,
    customTags: (tags) => [yesAndNo(yaml), ...tags],
  });
  const values = Array.from(documents, (parsed) => {
    const [problem] = [...parsed.errors, ...parsed.warnings];
    if (problem === undefined) return toValue(yaml, parsed, (offset, what) => void problems.push(`${at(offset)}: ${what}`));
    problems.push(`${at(problem.pos[0])}: ${withoutSource(problem.code, problem.message)}`);
    return undefined;
  });
  if (problems.length > 0) throw manifestError(problems);
  return values.filter((value) => value !== null);
}

/** What a document stands for. Only now it shows whether its aliases do. */
function toValue(yaml: Yaml, parsed: Document.Parsed, fail: (offset: number, what: string) => void): unknown {
  try {
    return parsed.toJS() as unknown;
  } catch (thrown) {
    const alias = unresolvedAlias(yaml, parsed);
    if (alias === undefined) fail(parsed.contents?.range[0] ?? parsed.range[0], messageOf(thrown));
    else fail(alias, 'an alias must have its anchor before it');
    return undefined;
  }
}

function unresolvedAlias(yaml: Yaml, parsed: Document.Parsed): number | undefined {
  let offset: number | undefined;
  yaml.visit(parsed, {
    Alias(_key, alias) {
      if (alias.resolve(parsed) !== undefined) return undefined;
      offset = alias.range?.[0] ?? 0;
      return yaml.visit.BREAK;
    },
  });
  return offset;
}

/** Messages that repeat the text they are about would repeat secrets. */
function withoutSource(code: string, message: string): string {
  if (code === 'BAD_DQ_ESCAPE') return 'Invalid escape sequence';
  return code === 'UNEXPECTED_TOKEN' ? message.replace(/:.*$/s, '') : message;
}

/** What YAML 1.1 had besides `true` and `false`. */
function yesAndNo(yaml: Yaml): ScalarTag {
  return {
    tag: 'tag:yaml.org,2002:bool',
    default: true,
    test: /^(?:yes|Yes|YES|on|On|ON|no|No|NO|off|Off|OFF)$/,
    resolve: (word) => new yaml.Scalar(/^(?:y|on)/i.test(word)),
    identify: () => false,
  };
}
