import { defaultPayloadConverter, toPayloads } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { expect, test } from 'vitest';
import type { Session } from '../../../cli/connect.ts';
import { readClosedRun } from '../../../cli/history/closed-run.ts';
import { decoderOf } from '../../../cli/history/decode.ts';
import { readExecutions } from '../../../cli/history/executions.ts';
import { readTimeline } from '../../../cli/history/timeline.ts';
import { RUNBOOKS } from '../../../runbooks/index.ts';
import { patchPlan, runCandidate, turnOutcome } from '../fixtures.ts';

type Event = NonNullable<History['events']>[number];

const payloads = (...values: unknown[]) => ({ payloads: toPayloads(defaultPayloadConverter, ...values) ?? [] });
const started = (continuedExecutionRunId: string, ...input: unknown[]): Event => ({
  workflowExecutionStartedEventAttributes: { continuedExecutionRunId, input: payloads(...input) },
});
const OPENED = '2030-05-01T20:00:00.000Z';
const HANDED_ON = { plan: patchPlan(), openedAt: OPENED, outcomes: [turnOutcome()] };
const RUN = runCandidate('patch-window/CHG1/1', { executionRunId: 'second', status: 'TERMINATED' });

/** A server that has these executions of one run. */
function server(executions: Record<string, Event[]>): Session {
  const getHandle = (_: string, runId: string) => ({ fetchHistory: async () => ({ events: executions[runId] ?? [] }) });
  const loadedDataConverter = { payloadConverter: defaultPayloadConverter, payloadCodecs: [] };
  return { client: { workflow: { getHandle }, options: { loadedDataConverter } } } as unknown as Session;
}

const session = server({
  first: [started('')],
  second: [started('first', {}, { record: HANDED_ON }), { workflowExecutionTerminatedEventAttributes: {} }],
});

test('the executions of a run are read from the first one on', async () => {
  const histories = await readExecutions(session, RUN);
  expect(histories.map(({ events }) => events?.length)).toEqual([1, 2]);
});

test('a run that went on in a new execution and was terminated there has its plan, its begin and what was done before', async () => {
  const handle = session.client.workflow.getHandle(RUN.workflowId);
  const { status, entries } = await readClosedRun({ session, runbooks: RUNBOOKS, run: RUN, handle });
  expect(status).toMatchObject({ openedAt: OPENED, planHash: patchPlan().planHash, runbook: 'patch-window' });
  expect(entries.map(({ state }) => state)).toEqual(['succeeded', 'not-started', 'unreachable']);
});

test.each([
  [[turnOutcome({ reason: 'healthy.' })], 'ended succeeded: healthy.'],
  [[turnOutcome({ id: 'a' }), turnOutcome({ id: 'b', state: 'failed' })], 'ended a succeeded; b failed'],
])('a turn tells how each of its targets ended', async (outcomes, what) => {
  const events = [{ workflowExecutionCompletedEventAttributes: { result: payloads(outcomes) } }];
  const [entry] = await readTimeline('target/host/a', { events }, decoderOf(session.client));
  expect(entry?.what).toBe(what);
});
