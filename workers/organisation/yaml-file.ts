import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isCollection, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { LocatedProblem } from '../../runbooks/input/schema-problems.ts';

/** One thing that is wrong in a configuration file. */
export interface ConfigProblem {
  /** The file's name inside the configuration folder. */
  file: string;
  /** From 1; 1 also where the file itself is the problem. */
  line: number;
  path: string;
  message: string;
  expected: string;
}

/** A YAML file that was read, with the way back from a path to its line. */
export interface YamlFile {
  value: unknown;
  locate(problem: LocatedProblem): ConfigProblem;
}

/** Reads one YAML file; a missing file and every syntax error come back as problems. */
export function readYaml(path: string): { ok: true; file: YamlFile } | { ok: false; problems: ConfigProblem[] } {
  const file = basename(path);
  const text = readText(path);
  if (text === null) {
    const expected = `a YAML file called ${file} in the configuration folder`;
    return { ok: false, problems: [{ file, line: 1, path: '', message: `${path} cannot be read`, expected }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => ({
      file,
      line: lines.linePos(pos[0]).line,
      path: '',
      message: `this is not YAML: ${message}`,
      expected: 'valid YAML 1.2',
    }));
    return { ok: false, problems };
  }
  const locate = ({ at, path: where, message, expected }: LocatedProblem): ConfigProblem => ({
    file,
    line: lineOf(document, lines, at),
    path: where,
    message,
    expected,
  });
  return { ok: true, file: { value: document.toJS(), locate } };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

/** The line of the deepest part of a path that the file has: of a missing field, the line of what should hold it. */
function lineOf(document: Document.Parsed, lines: LineCounter, at: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const segment of at) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof segment === 'number') {
      node = node.items[segment];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return lines.linePos(offset).line;
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isCollection(node) ? node.range?.[0] : undefined;
}
