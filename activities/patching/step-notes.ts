import { AsyncLocalStorage } from 'node:async_hooks';
import { Context } from '@temporalio/activity';
import { STEP_NOTES } from '../../model/messages.ts';
import { MAX_STEP_NOTES } from '../../model/turn.ts';
import type { CallNoise } from '../powershell/shell.ts';

/** A step's record is read by people: the log has the rest. */
const MAX_LENGTH = 200;
/** Workflow type of a turn; a survey has no step of a turn to write to. */
const TURN = 'patchHost';

const KINDS: Readonly<Record<keyof CallNoise, string>> = {
  warnings: 'warning',
  softErrors: 'error that the script went on after',
  information: 'information',
  verbose: 'verbose',
  stray: 'stray output',
};

const notes = new AsyncLocalStorage<Set<string>>();

/**
 * Keeps what a script said beside its result for the record of the step that is being worked on; each text once, and no more of
 * them than the record takes: a step may look at its host for hours.
 */
export function keepForStep(script: string, noise: CallNoise): void {
  const kept = notes.getStore();
  if (kept === undefined) return;
  for (const text of lines(script, noise)) {
    if (kept.size >= MAX_STEP_NOTES) return;
    kept.add(text.slice(0, MAX_LENGTH));
  }
}

function* lines(script: string, noise: CallNoise): Iterable<string> {
  for (const kind of Object.keys(KINDS) as (keyof CallNoise)[])
    for (const text of noise[kind]) yield `${KINDS[kind]} of ${script}: ${text}`;
}

/** Does the work of a step and hands what was kept for its record to the turn, before the step ends, however it ends. */
export async function withStepNotes<T>(work: () => Promise<T>): Promise<T> {
  const kept = new Set<string>();
  try {
    return await notes.run(kept, work);
  } finally {
    if (kept.size > 0) await send([...kept]);
  }
}

/** The record is a help, not the step: where it cannot be written, the log says so and the step goes on. */
async function send(texts: string[]): Promise<void> {
  const { info, log } = Context.current();
  const { workflowExecution, workflowType } = info;
  if (workflowExecution === undefined || workflowType !== TURN) return;
  try {
    const turn = Context.current().client.workflow.getHandle(workflowExecution.workflowId, workflowExecution.runId);
    await turn.signal(STEP_NOTES, { notes: texts });
  } catch (error) {
    log.warn('What scripts said could not be written to the step', { error, texts });
  }
}
