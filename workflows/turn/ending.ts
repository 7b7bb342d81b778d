import type { TargetState } from '../../model/ledger.ts';
import type { TurnOutcome } from '../../model/turn.ts';
import type { Compensations } from '../compensation.ts';
import { TurnStopped } from './safe-point.ts';
import { asStepFailure, type StepFailure } from './step-failure.ts';
import { request, summary, type TurnTools } from './steps.ts';
import type { TurnRecord } from './turn-record.ts';
import { verify } from './verify.ts';

/**
 * Ends a turn that did not reach its end. Maintenance mode stays on, with its end time, where a person is asked or the host's
 * state is not known; otherwise it is ended, so that monitoring speaks again. A machine is never reverted (domain.md).
 */
export async function endTurn(tools: TurnTools, compensations: Compensations, error: unknown): Promise<TurnOutcome> {
  const { record } = tools;
  if (error instanceof TurnStopped) return await endStopped(tools, compensations, error);
  const failure = asStepFailure(error);
  const state = stateAfter(record, failure);
  if (record.changed && state === 'failed') await readEvents(tools);
  const undone = leavesMaintenanceOn(failure, state) ? [] : await compensations.run();
  return record.outcome(state, sentence(withAdvice(failure), undone), failure);
}

/** What the host itself says of the failure; read once, since a turn that failed does not wait for words about it. */
async function readEvents({ record, site }: TurnTools): Promise<void> {
  const once = { ...summary(record, 'event log since the turn began'), retry: { maximumAttempts: 1 } };
  const events = await site.eventExcerpt.executeWithOptions(once, [request(record, 1)]).catch(() => []);
  record.keepEvents(events);
}

async function endStopped(tools: TurnTools, compensations: Compensations, stopped: TurnStopped): Promise<TurnOutcome> {
  const { record } = tools;
  if (!record.changed) {
    const undone = await compensations.run();
    return record.outcome(
      'skipped',
      sentence(`Stopped before anything was installed: ${stopped.message}.`, undone),
      null,
    );
  }
  // Looking is always allowed: a host that is healthy goes back into monitoring, any other stays in maintenance mode.
  const healthy = await verify(tools).then(
    () => !record.pendingReboot,
    () => false,
  );
  const undone = healthy ? await compensations.run() : [];
  return record.outcome(
    'failed',
    sentence(`Stopped after updates were installed, before the turn was done: ${stopped.message}.`, undone),
    null,
  );
}

/** What happened and what to do next; an activity's failure says both already. */
function withAdvice({ message, rule }: StepFailure): string {
  return message.includes(rule.advice) ? message : `${message} ${rule.advice}`;
}

/**
 * A host that could not even be looked at is out of reach, whatever the call died of. Once something was changed, a host that cannot
 * be seen is in an unknown state, unless it was seen healthy since, and one that was left out was not merely skipped.
 */
function stateAfter(record: TurnRecord, failure: StepFailure): TargetState {
  const { state, blind } = failure.rule;
  if (!record.changed) return state === 'unknown' && record.steps.length === 1 ? 'unreachable' : state;
  if (blind) return record.verified ? 'failed' : 'unknown';
  if (state === 'unreachable') return 'unknown';
  return state === 'skipped' || state === 'not-started' ? 'failed' : state;
}

function leavesMaintenanceOn(failure: StepFailure, state: TargetState): boolean {
  return failure.rule.handling === 'ask' || state === 'unknown' || state === 'unreachable';
}

function sentence(...parts: (string | string[])[]): string {
  const texts = parts.flatMap((part) => (typeof part === 'string' ? [part] : part.map((what) => `Not done: ${what}.`)));
  return texts.filter((text) => text !== '').join(' ');
}
