import { artefactName, stepKey } from '../../model/ids.ts';
import type { StepKeyParts } from '../../model/ids.ts';
import type { StepRequest } from '../../model/activities.ts';

function parts(request: StepRequest, step: string): StepKeyParts {
  return { runKey: request.run.runKey, host: request.target.host, turn: request.turn, step, round: request.round };
}

/** Idempotency key of one effect of this turn and round (design.md, rule 4). `of` tells apart several things that one step touches. */
export function keyOf(request: StepRequest, step: string, of?: string): string {
  return stepKey(parts(request, of === undefined ? step : `${step}:${of}`));
}

/** Name of what the step leaves on the host or its hypervisor. */
export function artefactOf(request: StepRequest, step: string): string {
  return artefactName(parts(request, step));
}
