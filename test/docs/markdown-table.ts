import { readFileSync } from 'node:fs';

/** The rows of every Markdown table of a document of the checkout, cell by cell, without heads and rulers. */
export function tableRows(document: string): string[][] {
  const lines = readFileSync(new URL(`../../${document}`, import.meta.url), 'utf8').split('\n');
  return lines.filter((line, index) => line.startsWith('|') && !isRuler(line) && !isRuler(lines[index + 1])).map(cells);
}

/** What stands between the first pair of backticks of a cell. */
export function code(cell: string | undefined): string {
  return /`([^`]+)`/.exec(cell ?? '')?.[1] ?? '';
}

function isRuler(line = ''): boolean {
  return /^\|[\s:|-]+\|$/.test(line);
}

function cells(line: string): string[] {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split('|')
    .map((cell) => cell.trim());
}
