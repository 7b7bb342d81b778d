import { msToTs } from '@temporalio/common/lib/time.js';
import { expect, test } from 'vitest';
import { readPending, type PendingActivity } from '../../../cli/live/pending.ts';

const NOW = Date.parse('2030-06-01T20:01:00Z');
const LOOK = {
  percent: 62.6,
  current: 'KB5031364',
  at: '2030-06-01T20:00:20Z',
  looks: 7,
  unanswered: 0,
  unansweredMs: 0,
};
const at = (ms: number) => msToTs(NOW + ms);

function pending(change: Partial<PendingActivity>, heartbeat: unknown = LOOK): PendingActivity {
  const data = Buffer.from(typeof heartbeat === 'string' ? heartbeat : JSON.stringify(heartbeat));
  return {
    activityType: { name: 'followInstall' },
    attempt: 8,
    paused: false,
    heartbeatDetails: { payloads: [{ data }] },
    lastStartedTime: at(-41_000),
    lastAttemptCompleteTime: at(-40_000),
    nextAttemptScheduleTime: at(20_000),
    ...change,
  };
}

test.each<[string, Partial<PendingActivity>, string]>([
  ['between two looks', {}, '63 %, KB5031364, seen 40 s ago, next look in 20 s'],
  [
    'while a look is made',
    { lastStartedTime: at(-1_000), nextAttemptScheduleTime: null },
    '63 %, KB5031364, seen 40 s ago',
  ],
  [
    'while no worker comes to look',
    { nextAttemptScheduleTime: null },
    '63 %, KB5031364, seen 40 s ago, the next look waits for a worker of its site',
  ],
])('%s it says what was seen, when, and what comes next', (_when, change, progress) => {
  expect(readPending([pending(change)], NOW)).toEqual({ progress, interfered: null });
});

test('who pauses an activity is named, with the reason', () => {
  const pauseInfo = { manual: { identity: 'Kim Example', reason: 'a test' } };
  expect(readPending([pending({ paused: true, pauseInfo })], NOW).interfered).toBe(
    'followInstall was paused by Kim Example (a test) from outside: unpause it in the Web UI',
  );
});

test('attempts that began anew are a reset', () => {
  expect(readPending([pending({ attempt: 1 })], NOW).interfered).toBe('followInstall was reset from outside');
});

test.each(['not json', '{"note":"other shape"}'])('a heartbeat %s shows nothing', (heartbeat) => {
  expect(readPending([pending({}, heartbeat)], NOW)).toEqual({ progress: '', interfered: null });
});
