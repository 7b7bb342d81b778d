import {
  WorkflowNotFoundError,
  type WorkflowExecutionInfo,
  type WorkflowExecutionStatusName,
  type WorkflowHandle,
} from '@temporalio/client';
import { withSession, type ConnectionFlags, type Session } from './connect.ts';
import { badReference } from './errors.ts';
import type { Runbooks } from './runbooks.ts';

/** What ends the workflow id of a dry run that was started here: a ticket means the real run, not its dry run. */
export const DRY_RUN_SUFFIX = '-plan';

/** An execution that a RUN argument may mean. */
export interface RunCandidate {
  workflowId: string;
  executionRunId: string;
  workflowType: string;
  status: WorkflowExecutionStatusName;
  change: string | null;
  startedAt: string;
}

/** A run that can be asked and steered, with the runbooks that say how it is shown. */
export interface FoundRun {
  session: Session;
  runbooks: Runbooks;
  run: RunCandidate;
  handle: WorkflowHandle;
}

/**
 * Which execution a RUN argument means: a full workflow id, else the change ticket or a prefix of the id.
 * A real run goes before its dry runs, of those that are left a running one before ended ones. Fails with the candidates when that leaves more than one.
 */
export function chooseRun(runbooks: Runbooks, reference: string, candidates: RunCandidate[]): RunCandidate {
  const newestFirst = candidates.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const exact = newestFirst.find((candidate) => candidate.workflowId === reference);
  if (exact !== undefined) return exact;
  const seen = new Set<string>();
  const matches = newestFirst.filter((candidate) => {
    const isNew = !seen.has(candidate.workflowId);
    seen.add(candidate.workflowId);
    return isNew && isMeant(runbooks, reference, candidate);
  });
  const running = matches.filter(({ status }) => status === 'RUNNING');
  const real = matches.filter(({ workflowId }) => !workflowId.endsWith(DRY_RUN_SUFFIX));
  const preferred = [running.filter((run) => real.includes(run)), real, running, matches].find(
    (some) => some.length > 0,
  );
  const [first, ...others] = preferred ?? [];
  if (first === undefined) {
    throw badReference(
      `No run is called "${reference}", and none begins so or belongs to such a change. \`npx fettle list\` shows the runs.`,
    );
  }
  if (others.length > 0) throw ambiguous(reference, [first, ...others]);
  return first;
}

function isMeant(runbooks: Runbooks, reference: string, { workflowId, change }: RunCandidate): boolean {
  if (change !== null && change.toLowerCase() === reference.toLowerCase()) return true;
  return prefixes(runbooks, reference).some((prefix) => workflowId.startsWith(prefix));
}

function prefixes(runbooks: Runbooks, reference: string): string[] {
  return [reference, ...runbooks.map(({ name }) => `${name}/${reference}`)];
}

function ambiguous(reference: string, candidates: RunCandidate[]): Error {
  return badReference(
    `"${reference}" may mean ${candidates.length} runs. Give the whole id of one of them.`,
    candidates.map(({ workflowId, status, startedAt }) => ({
      path: workflowId,
      message: `${status.toLowerCase()}, started ${startedAt}`,
      expected: '',
    })),
  );
}

/** Finds the execution on the server. A full id is asked for directly, since visibility lags behind a start. */
export async function findRun(session: Session, runbooks: Runbooks, reference: string): Promise<FoundRun> {
  const run =
    (await describeById(session, runbooks, reference)) ??
    chooseRun(runbooks, reference, await listCandidates(session, runbooks, reference));
  // A run may go on in a new execution: the handle of a running one means the latest.
  const executionRunId = run.status === 'RUNNING' ? undefined : run.executionRunId;
  return { session, runbooks, run, handle: session.client.workflow.getHandle(run.workflowId, executionRunId) };
}

/** Connects, finds the run that a RUN argument means, and does a command's work with it. */
export async function withRun<T>(
  flags: ConnectionFlags,
  runbooks: Runbooks,
  reference: string,
  work: (found: FoundRun) => Promise<T>,
): Promise<T> {
  return await withSession(flags, async (session) => work(await findRun(session, runbooks, reference)));
}

async function describeById(session: Session, runbooks: Runbooks, workflowId: string): Promise<RunCandidate | null> {
  try {
    const candidate = toCandidate(await session.client.workflow.getHandle(workflowId).describe());
    if (runbooks.some(({ workflowType }) => workflowType === candidate.workflowType)) return candidate;
    throw badReference(
      `"${workflowId}" is no run of a runbook but a ${candidate.workflowType}. \`npx fettle list\` shows the runs.`,
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

async function listCandidates(session: Session, runbooks: Runbooks, reference: string): Promise<RunCandidate[]> {
  const alternatives = [
    `FettleChange = ${quoted(reference)}`,
    ...prefixes(runbooks, reference).map((prefix) => `WorkflowId STARTS_WITH ${quoted(prefix)}`),
  ];
  const candidates: RunCandidate[] = [];
  const query = `${runsOnly(runbooks)} AND (${alternatives.join(' OR ')})`;
  for await (const info of session.client.workflow.list({ query })) candidates.push(toCandidate(info));
  return candidates;
}

/** The part of a visibility query that keeps to runs of runbooks, without their children. */
export function runsOnly(runbooks: Runbooks): string {
  return `WorkflowType IN (${runbooks.map(({ workflowType }) => quoted(workflowType)).join(', ')})`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function toCandidate(
  info: Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'type' | 'status' | 'startTime' | 'searchAttributes'>,
): RunCandidate {
  return {
    workflowId: info.workflowId,
    executionRunId: info.runId,
    workflowType: info.type,
    status: info.status.name,
    change: attributeText(info, 'FettleChange'),
    startedAt: info.startTime.toISOString(),
  };
}

/** The value of a keyword attribute, or its values joined; null when it was never set. */
export function attributeText(info: Pick<WorkflowExecutionInfo, 'searchAttributes'>, name: string): string | null {
  const values = info.searchAttributes[name];
  return values === undefined || values.length === 0 ? null : values.map(String).join(', ');
}
