import { createHash } from 'node:crypto';
import { stepKey } from '../../model/ids.ts';
import type { StepRequest } from '../../model/turn.ts';

/** Idempotency key of one effect of this stage, turn and round. `of` tells apart several things that one step touches. */
export function keyOf({ run, stage, target, turn, round }: StepRequest, step: string, of?: string): string {
  return stepKey({ runKey: run.runKey, stage, target, turn, step: of === undefined ? step : `${step}:${of}`, round });
}

/**
 * Name of what a step leaves on a host or its hypervisor, of letters, digits and hyphens and at most 60 characters. A person sees
 * by it what it is about; the hash of the key keeps every run, stage, turn and round apart.
 */
export function artefactName(request: StepRequest, step: string): string {
  const label = (request.target.split('.')[0] ?? '').replaceAll(/[^A-Za-z0-9-]/g, '').slice(0, 20);
  const hash = createHash('sha256').update(keyOf(request, step)).digest('hex').slice(0, 16);
  return `fettle-${label}-${step.slice(0, 12)}-${hash}`;
}
