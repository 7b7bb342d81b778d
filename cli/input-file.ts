import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import type { Problem } from '../model/problems.ts';
import { badInput } from './errors.ts';
import type { Streams } from './terminal.ts';

/**
 * Reads an input file, YAML or JSON (which YAML contains); `-` is standard input.
 * Fails with every syntax error and its line, not with the first.
 */
export async function readInputFile(path: string, stdin: Streams['stdin']): Promise<unknown> {
  return parseInputText(
    path === '-' ? await readAll(stdin) : await readText(path),
    path === '-' ? 'standard input' : path,
  );
}

/** Parses the text of an input; `name` is how problems call it. */
export function parseInputText(text: string, name: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  const problems: Problem[] = document.errors.map((error) => ({
    path: `${name}:${error.linePos?.[0].line ?? 1}:${error.linePos?.[0].col ?? 1}`,
    message: syntaxText(error.message),
    expected: 'valid YAML or JSON',
  }));
  if (problems.length > 0)
    throw badInput(`${name} is neither valid YAML nor valid JSON; nothing was started.`, problems);
  const value: unknown = document.toJS();
  if (value === null || value === undefined) {
    throw badInput(`${name} is empty; nothing was started.`, [
      { path: '', message: 'the document is empty', expected: "one object with the runbook's fields" },
    ]);
  }
  return value;
}

/** The first line, without the place that the path tells already. */
function syntaxText(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '');
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = absent ? 'there is no such file' : error instanceof Error ? error.message : String(error);
    throw badInput(`The input file cannot be read; nothing was started.`, [
      { path, message: reason, expected: 'a readable YAML or JSON file, or - for standard input' },
    ]);
  }
}

async function readAll(stdin: Streams['stdin']): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
