import type { WorkflowExecutionInfo, WorkflowExecutionStatusName, WorkflowHandle } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Session } from './connect.ts';
import { badReference } from './errors.ts';
import { RUNBOOKS } from './runbooks.ts';

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

/**
 * Which execution a RUN argument means: a full workflow id, else the change ticket or a prefix of the id.
 * A running run goes before ended ones, a real run before its dry runs. Fails with the candidates when that leaves more than one.
 */
export function chooseRun(reference: string, candidates: RunCandidate[]): RunCandidate {
  const newestFirst = candidates.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const exact = newestFirst.find((candidate) => candidate.workflowId === reference);
  if (exact !== undefined) return exact;
  const seen = new Set<string>();
  const matches = newestFirst.filter((candidate) => {
    const isNew = !seen.has(candidate.workflowId);
    seen.add(candidate.workflowId);
    return isNew && isMeant(reference, candidate);
  });
  const running = matches.filter(({ status }) => status === 'RUNNING');
  const real = matches.filter(({ workflowId }) => !workflowId.endsWith(DRY_RUN_SUFFIX));
  const preferred = [running.filter((run) => real.includes(run)), running, real, matches].find(
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

function isMeant(reference: string, { workflowId, change }: RunCandidate): boolean {
  if (change !== null && change.toLowerCase() === reference.toLowerCase()) return true;
  return prefixes(reference).some((prefix) => workflowId.startsWith(prefix));
}

function prefixes(reference: string): string[] {
  return [reference, ...RUNBOOKS.map(({ name }) => `${name}/${reference}`)];
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
export async function findRun(
  session: Session,
  reference: string,
): Promise<{ run: RunCandidate; handle: WorkflowHandle }> {
  const direct = await describeById(session, reference);
  const run = direct ?? chooseRun(reference, await listCandidates(session, reference));
  return {
    run,
    handle: session.client.workflow.getHandle(run.workflowId, direct === null ? run.executionRunId : undefined),
  };
}

async function describeById(session: Session, workflowId: string): Promise<RunCandidate | null> {
  try {
    const candidate = toCandidate(await session.client.workflow.getHandle(workflowId).describe());
    if (RUNBOOKS.some(({ workflowType }) => workflowType === candidate.workflowType)) return candidate;
    throw badReference(
      `"${workflowId}" is no run of a runbook but a ${candidate.workflowType}. \`npx fettle list\` shows the runs.`,
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

async function listCandidates(session: Session, reference: string): Promise<RunCandidate[]> {
  const alternatives = [
    `FettleChange = ${quoted(reference)}`,
    ...prefixes(reference).map((prefix) => `WorkflowId STARTS_WITH ${quoted(prefix)}`),
  ];
  const candidates: RunCandidate[] = [];
  const query = `${runsOnly()} AND (${alternatives.join(' OR ')})`;
  for await (const info of session.client.workflow.list({ query })) candidates.push(toCandidate(info));
  return candidates;
}

/** The part of a visibility query that keeps to runs of runbooks, without their children. */
export function runsOnly(): string {
  return `WorkflowType IN (${RUNBOOKS.map(({ workflowType }) => quoted(workflowType)).join(', ')})`;
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
