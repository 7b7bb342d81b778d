import type { Problem } from '../../model/problems.ts';

/** One line a problem, with what would be right below it. */
export function renderProblems(problems: Problem[]): string {
  return problems
    .map(({ path, message, expected }) => {
      const where = path === '' ? '(whole document)' : path;
      return `  ${where}: ${message}${expected === '' ? '' : `\n    expected: ${expected}`}`;
    })
    .join('\n');
}
