import type { Problem } from '../../model/problems.ts';
import type { ParsedParameter } from './syntax/parameters.ts';
import { finding } from './finding.ts';

export interface Documented {
  /** The help comment as it is written; empty when there is none. */
  help: string;
  /** Line of what the help is about. */
  line: number;
  parameters: readonly ParsedParameter[];
}

/** Comment-based help: `.SYNOPSIS` with a text, `.PARAMETER` with a text for each parameter and for nothing else. */
export function checkHelp(file: string, { help, line, parameters }: Documented): Problem[] {
  const sections = readSections(help);
  const documented = [...sections.keys()].flatMap((key) => /^parameter (.+)$/.exec(key)?.[1] ?? []);
  const names = new Set(parameters.map(({ name }) => name.toLowerCase()));
  const hasText = (key: string): boolean => (sections.get(key) ?? '') !== '';
  return [
    ...checkSynopsis(file, line, help),
    ...parameters
      .filter(({ name }) => !hasText(`parameter ${name.toLowerCase()}`))
      .map((parameter) =>
        finding(
          file,
          parameter.line,
          `Its help lacks ${parameter.name}.`,
          `.PARAMETER ${parameter.name} and what it is`,
        ),
      ),
    ...documented
      .filter((name) => !names.has(name))
      .map((name) => finding(file, line, `Its help tells of a parameter ${name}, which it lacks.`, 'no such section')),
  ];
}

/** Comment-based help with a `.SYNOPSIS` that says something. */
export function checkSynopsis(file: string, line: number, help: string): Problem[] {
  if ((readSections(help).get('synopsis') ?? '') !== '') return [];
  return [finding(file, line, 'It has no comment-based help.', 'a comment <# #> with .SYNOPSIS and what it does')];
}

/** The text of each section by its keyword and argument in lower case: `parameter hostname`. */
function readSections(help: string): Map<string, string> {
  const sections = new Map<string, string>();
  let current = '';
  for (const line of help.replace(/^<#|#>$/g, '').split('\n')) {
    const [, keyword, argument = ''] = /^\s*\.([A-Za-z]+)(?:[ \t]+(\S+))?\s*$/.exec(line) ?? [];
    if (keyword !== undefined) {
      current = `${keyword} ${argument}`.trim().toLowerCase();
      sections.set(current, '');
    } else sections.set(current, `${sections.get(current) ?? ''} ${line}`.trim());
  }
  return sections;
}
