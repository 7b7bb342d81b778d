import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { plainLines } from '../../../cli/live/plain-lines.ts';
import { listRows, taskList } from '../../../cli/live/task-list.ts';
import type { RunView, TargetWork } from '../../../cli/live/view.ts';
import { ledgerEntry, PLAIN, runStatus } from '../fixtures.ts';
import { screen } from './fixtures.ts';

const WORK: TargetWork = { step: 'install', round: 1, progress: '10 %', interfered: null, stopping: null };
const ended = ledgerEntry({ id: 'app01' });
const inWork = ledgerEntry({ id: 'app02', state: 'unknown', progress: 'in-work', reason: '', outcome: null });
const waiting = ledgerEntry({ id: 'app03', progress: 'waiting', wave: 'rest', outcome: null });

const view = (progress = '10 %', entries = [ended, inWork, waiting]): RunView => ({
  status: runStatus(),
  entries,
  work: new Map([['app02', { ...WORK, progress }]]),
});

const TIME = String.raw`\d\d:\d\d:\d\d \S+  `;
const ENDED = expect.stringMatching(/^[✔√] app01 {2}succeeded in 30 min: 2 updates installed, rebooted, healthy\.$/);
const WAITING = '  app03  waits for wave rest';
const SUMMARY = expect.stringMatching(`^${TIME}running, wave canary: 1 of 3 targets: `);

function list(rows: number, columns: number) {
  const shown = screen(rows, columns);
  return { ...shown, ...taskList(shown.terminal, plainLines(shown.terminal)) };
}

describe('a row', () => {
  test.each([
    ['waits', waiting, undefined, WAITING],
    ['begins', inWork, undefined, '› app02  begins'],
    ['works', inWork, WORK, '› app02  install  10 %'],
    ['works in a later round', inWork, { ...WORK, round: 2 }, '› app02  install (round 2)  10 %'],
    ['stops', inWork, { ...WORK, stopping: 'abort' }, '› app02  install  10 %  stops at its safe point'],
    ['succeeded', ended, undefined, ENDED],
    ['is one line', { ...ended, reason: 'It said:\r\n  no' }, undefined, expect.stringMatching(/It said: no$/)],
  ])('%s', (_name, entry, work, row) => {
    const rows = listRows({ ...view('', [entry]), work: new Map(work && [[entry.id, work]]) }, PLAIN);
    expect(rows).toEqual([row, expect.stringMatching(TIME)]);
  });

  test.each([
    ['failed', /^[✖×]/],
    ['unknown', /^[✖×]/],
    ['unreachable', /^[✖×]/],
    ['skipped', /^↓/],
    ['not-started', /^↓/],
  ] as const)('%s has its mark', (state, mark) => {
    expect(listRows(view('', [{ ...ended, state }]), PLAIN)[0]).toMatch(mark);
  });

  test('of its own tells what the run waits for', () => {
    const status = runStatus({ waiting: 'Paused by Kim Example.' });
    expect(listRows({ ...view(), status }, PLAIN).at(-1)).toBe('waiting: Paused by Kim Example.');
  });

  test('has its colours where the terminal has them', () => {
    expect(listRows(view(), { ...PLAIN, colours: pc.createColors(true) })[1]).toContain('\u001B[36minstall\u001B[39m');
  });
});

describe('the list', () => {
  test('is drawn over at each look, below what stands there already', async () => {
    const shown = list(10, 80);
    shown.terminal.say('Started');
    shown.update(view('10 %'));
    shown.update(view('60 %'));
    expect(await shown.text()).toEqual(['Started', ENDED, '› app02  install  60 %', WAITING, SUMMARY]);
  });

  test('cuts a row that is too long, also one with wide letters', async () => {
    const shown = list(10, 32);
    shown.update(view(`60 %, ${'更新'.repeat(20)}`));
    expect(await shown.text()).toEqual([
      expect.stringMatching(/^[✔√] app01 {2}succeeded in 30 min: …$/),
      '› app02  install  60 %, 更新更…',
      WAITING,
      expect.stringMatching(`^${TIME}running.*…$`),
    ]);
  });

  test('is never empty between two looks: what erases it draws it as well', async () => {
    const shown = list(10, 80);
    shown.update(view('10 %'));
    await shown.text();
    shown.update(view('60 %'));
    await shown.text();
    const erasing = shown.written.filter((text) => text.includes('\u001B[2K'));
    // Colours may stand between the two.
    expect(erasing).toEqual([expect.stringMatching(/install.*60 %/)]);
  });

  test('keeps a note above itself', async () => {
    const shown = list(10, 80);
    shown.update(view('10 %'));
    shown.note('cannot look at the run now');
    shown.update(view('60 %'));
    const noted = expect.stringMatching(`^${TIME}cannot look at the run now$`);
    expect(await shown.text()).toEqual([noted, ENDED, '› app02  install  60 %', WAITING, SUMMARY]);
  });

  test('is whole again at the next look after another wrote into it', async () => {
    const shown = list(10, 80);
    shown.update(view('10 %'));
    shown.terminal.say('a line of a log');
    shown.update(view('60 %'));
    expect((await shown.text()).slice(-4)).toEqual([ENDED, '› app02  install  60 %', WAITING, SUMMARY]);
  });

  test('shows its last rows on a terminal that became too low, and all of them once it is high again', async () => {
    const shown = list(10, 80);
    shown.update(view('10 %'));
    shown.resize(3, 80);
    shown.update(view('60 %'));
    expect((await shown.text()).slice(-2)).toEqual([WAITING, SUMMARY]);
    shown.resize(10, 80);
    shown.update(view('70 %'));
    expect((await shown.text()).slice(-4)).toEqual([ENDED, '› app02  install  70 %', WAITING, SUMMARY]);
  });

  test('is cut anew on a terminal that became narrower', async () => {
    const shown = list(10, 80);
    shown.update(view('10 %'));
    shown.resize(10, 32);
    shown.update(view('60 %'));
    expect((await shown.text()).slice(-4)).toEqual([
      expect.stringMatching(/…$/),
      '› app02  install  60 %',
      WAITING,
      expect.stringMatching(/…$/),
    ]);
  });
});
