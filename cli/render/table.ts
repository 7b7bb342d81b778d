import Table from 'cli-table3';
import type { Look } from './look.ts';

const BARE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};
const GAP = 2;
const NARROWEST_LAST = 24;
// cli-table3 counts the colour codes' width as zero; so must we.
// eslint-disable-next-line no-control-regex
const COLOUR_CODES = /\u001B\[\d+m/g;

/**
 * A table without lines, so that it can be copied into a ticket. The last column takes what is left of the terminal's
 * width and wraps; the others are as wide as their content.
 */
export function renderTable(head: string[], rows: string[][], look: Look): string {
  const widths = head.map((title, column) =>
    Math.max(visible(title), ...rows.map((row) => visible(row[column] ?? ''))),
  );
  const last = widths.length - 1;
  if (look.columns !== null) {
    const before = widths.slice(0, last).reduce((sum, width) => sum + width + GAP, 0);
    widths[last] = Math.max(NARROWEST_LAST, Math.min(widths[last] ?? 0, look.columns - before - 1));
  }
  const table = new Table({
    chars: BARE,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: widths,
    wordWrap: true,
    head: head.map((title) => look.colours.bold(title)),
  });
  table.push(...rows);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function visible(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.replace(COLOUR_CODES, '').length));
}
