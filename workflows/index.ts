/** The workflow types of a control worker's bundle. A runbook adds its run and its turns; `runbooks/index.ts` registers the rest. */
export { drain } from './drain/drain.ts';
export { lock } from './locks/lock.ts';
export { patchWindow } from './patch-window/procedure.ts';
export { patchHost } from './patch-window/turn.ts';
