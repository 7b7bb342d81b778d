import { describe, expect, test } from 'vitest';
import { CommandError } from '../../cli/errors.ts';
import { chooseRun, type RunCandidate } from '../../cli/run-reference.ts';
import { RUNBOOKS } from '../../runbooks/index.ts';
import { runCandidate } from './fixtures.ts';

const OLD = runCandidate('patch-window/CHG0012345/1');
const LIVE = runCandidate('patch-window/CHG0012345/2', { status: 'RUNNING', startedAt: '2030-06-02T20:00:00.000Z' });
const DRY = runCandidate('patch-window/CHG0012345/3-plan', { startedAt: '2030-06-03T20:00:00.000Z' });
const FROM_UI = runCandidate('7d1c', { status: 'RUNNING', change: 'CHG0077777' });

describe('a RUN argument', () => {
  test.each<[string, string, RunCandidate[], RunCandidate]>([
    ['is a full id', OLD.workflowId, [OLD, LIVE, DRY], OLD],
    ['is a ticket of one running run among ended ones', 'CHG0012345', [OLD, LIVE, DRY], LIVE],
    ['is a ticket in any case', 'chg0012345', [LIVE], LIVE],
    ['is a ticket of one ended run beside its dry run', 'CHG0012345', [DRY, OLD], OLD],
    ['is a ticket of which only a dry run exists', 'CHG0012345', [DRY], DRY],
    ['is the beginning of an id', 'patch-window/CHG0012345/2', [OLD, LIVE], LIVE],
    ['is the beginning of an id without its runbook', 'CHG00123', [LIVE, FROM_UI], LIVE],
    ['is a ticket of a run with an id of its own', 'CHG0077777', [LIVE, FROM_UI], FROM_UI],
  ])('%s', (_name, reference, candidates, expected) => {
    expect(chooseRun(RUNBOOKS, reference, candidates)).toBe(expected);
  });

  test('means the newest execution of an id that was started again', () => {
    const again = runCandidate(OLD.workflowId, { executionRunId: 'newer', startedAt: '2030-07-01T00:00:00.000Z' });
    expect(chooseRun(RUNBOOKS, OLD.workflowId, [OLD, again]).executionRunId).toBe('newer');
  });

  test('that fits several running runs is refused with each of them', () => {
    const other = runCandidate('patch-window/CHG0012345/4', { status: 'RUNNING' });
    expect(failureOf(() => chooseRun(RUNBOOKS, 'CHG0012345', [LIVE, other, OLD]))).toMatchObject({
      exitCode: 2,
      problems: [{ path: LIVE.workflowId }, { path: other.workflowId }],
    });
  });

  test('that fits nothing says where to look', () => {
    expect(failureOf(() => chooseRun(RUNBOOKS, 'CHG999', [OLD, LIVE]))).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('fettle list') as unknown,
    });
  });
});

function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}
