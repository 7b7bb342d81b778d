import { createPatchActivities } from '../../activities/patch-window/index.ts';
import type { HostFacts } from '../../model/patch-window/facts.ts';
import type { ObservedHosts, PatchMaterial, PatchTarget } from '../../model/patch-window/plan.ts';
import type { PatchState } from '../../model/patch-window/turn.ts';
import { defineRunbook } from '../define-runbook.ts';
import { targetProblems } from '../input/targets.ts';
import { patchWindowInput, type PatchWindowInput } from './input.ts';
import { planPatchWindow } from './plan.ts';
import { surveysOf } from './resolve-input.ts';
import { SCRIPTS } from './scripts/index.ts';
import { patchSettingsSchema, unknownClasses } from './settings.ts';
import { PATCH_VIEW } from './view.ts';

/** The patch window; `README.md` beside this file is the operator's card. */
export const patchWindow = defineRunbook<
  PatchWindowInput,
  HostFacts,
  PatchMaterial,
  PatchTarget,
  ObservedHosts,
  PatchState
>({
  name: 'patch-window',
  workflowType: 'patchWindow',
  title: 'Patch window',
  input: patchWindowInput,
  example: new URL('example.yaml', import.meta.url),
  settings: { schema: patchSettingsSchema, check: unknownClasses },
  survey: 'surveyHosts',
  resolve: surveysOf,
  problemsBeside: targetProblems,
  plan: planPatchWindow,
  contracts: SCRIPTS,
  activities: createPatchActivities,
  view: PATCH_VIEW,
});
