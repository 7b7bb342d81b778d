import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import { createProgram } from '../../cli/program.ts';
import { CONTROL_MESSAGES, CONTROL_NAMES } from '../../model/messages.ts';
import { TARGET_STATES } from '../../model/ledger.ts';
import { RUNBOOKS } from '../../runbooks/index.ts';
import { code, tableRows } from './markdown-table.ts';

const CARD = 'runbooks/patch-window/README.md';
const DOCUMENTS = [
  'README.md',
  CARD,
  'docs/web-ui.md',
  'docs/configuration.md',
  'docs/failures.md',
  'docs/operations.md',
  'docs/powershell.md',
  'CONTRIBUTING.md',
];
const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test("the card's JSON for the start form is the example of the runbook", () => {
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(read(CARD)) ?? [];
  expect(JSON.parse(json)).toEqual(JSON.parse(read('runbooks/patch-window/example.json')));
});

test.each([CARD, 'docs/web-ui.md'])('%s gives the JSON of every control message as the run itself shows it', (path) => {
  const shown = tableRows(path).flatMap((row) => {
    const json = code(row.at(-1));
    return json.startsWith('{') && json.includes('"reason"') ? [[code(row.at(-2)), JSON.parse(json) as unknown]] : [];
  });
  expect(Object.fromEntries(shown)).toEqual(
    Object.fromEntries(CONTROL_NAMES.map((name) => [name, CONTROL_MESSAGES[name].example])),
  );
});

test('the card explains every state of the ledger', () => {
  const explained = tableRows(CARD).map(([first]) => code(first));
  expect(explained).toEqual(expect.arrayContaining([...TARGET_STATES]));
});

test('the README names every exit code', () => {
  const codes = tableRows('README.md').flatMap(([first = '']) => (/^\d$/.test(first) ? [Number(first)] : []));
  expect(codes).toEqual(Object.values(EXIT));
});

describe('every command line of the documents can be typed', () => {
  const silent = { write: () => true };
  const streams = { stdin: (async function* () {})(), stdout: silent, stderr: silent };
  const program = createProgram(streams, false, () => {}, RUNBOOKS);
  const lines = DOCUMENTS.flatMap((path) =>
    [...read(path).matchAll(/(?:npx fettle|npm run fettle --) ([a-z][^`#\n|]*)/g)].map(([, line = '']) => line.trim()),
  );

  test.each([...new Set(lines)])('fettle %s', (line) => {
    const words = line.split(/\s+/);
    let command: Command = program;
    for (const word of words) {
      const next = command.commands.find((one) => one.name() === word);
      if (next === undefined) break;
      command = next;
    }
    expect(command.commands.map((one) => one.name())).toEqual([]);
    const options = command.options.map(({ long }) => long);
    expect(options).toEqual(expect.arrayContaining(words.filter((word) => word.startsWith('--'))));
  });
});
