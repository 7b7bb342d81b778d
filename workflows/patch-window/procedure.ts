import { patchHandover } from '../../model/patch-window/handover.ts';
import type { PatchActivities } from '../../model/patch-window/activities.ts';
import type { PatchMaterial, PatchTarget } from '../../model/patch-window/plan.ts';
import { patchState, type PatchOutcome, type PatchState, type PatchTurnInput } from '../../model/patch-window/turn.ts';
import type { DryRunResult, RunResult } from '../../model/run.ts';
import { stepActivities } from '../activity-proxies.ts';
import { run } from '../run/run.ts';
import type { Procedure, Unwell } from '../run/procedure.ts';
import { passedOver } from '../turn/step-failure.ts';
import { allowedScripts, summary } from '../turn/tools.ts';
import { patchHost } from './turn.ts';

/**
 * A patch window. Takes exactly one JSON object, so that it can be started from the Web UI's form; `continued` is what an earlier
 * execution of the same run hands over.
 */
export async function patchWindow(input: unknown, continued?: unknown): Promise<RunResult | DryRunResult> {
  return await run(PATCH_WINDOW, input, continued);
}

/** A patch window has one stage: every host in its turn, wave by wave (`runbooks/patch-window/README.md` is the operator's card). */
const PATCH_WINDOW: Procedure<PatchMaterial, PatchTarget, PatchState> = {
  name: 'patch-window',
  stages: [{ name: 'patch', turn: patchHost, bound: 'window' }],
  handover: patchHandover,
  untouched: patchState,
  lookAgain,
};

/** After the soak: do services run and probes pass, and is the group healthy? */
async function lookAgain(input: PatchTurnInput, last: PatchOutcome): Promise<Unwell<PatchState> | null> {
  const [one] = input.targets;
  if (one === undefined) return null;
  const { target, turn } = one;
  const { run: ref, stage, limits } = input;
  const { inventoryDigest, probes = [] } = target.own;
  const scripts = allowedScripts(input);
  const asked = { run: ref, stage, target: target.id, turn, round: 1, limits, scripts, inventoryDigest };
  const patience = { scheduleToStartTimeout: limits.workerReturnMs };
  const found = await stepActivities<PatchActivities>(target.queue, limits)
    .verifyHost.executeWithOptions({ ...summary({ target }, 'healthy after the soak?'), ...patience }, [
      { ...asked, runningServices: [], probes },
    ])
    .then(
      ({ result: { servicesDown, probesFailed, group } }) => ({
        servicesDown: servicesDown.map(({ name }) => name),
        text: [
          ...servicesDown.map(({ name }) => `service ${name} is down.`),
          ...probesFailed.map(({ probe, detail }) => `${probe}: ${detail}.`),
          ...(group !== null && !group.healthy ? [group.detail] : []),
        ].join(' '),
      }),
      (error: unknown) => ({ servicesDown: [], text: passedOver(error).message }),
    );
  return found.text === '' ? null : { text: found.text, own: { ...last.own, servicesDown: found.servicesDown } };
}
