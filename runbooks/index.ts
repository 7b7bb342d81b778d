import type { RegisteredRunbook } from './define-runbook.ts';
import { patchWindow } from './patch-window/index.ts';

/** Every runbook that planning, workers and the command line know. A new one is registered here, and in `workflows/index.ts`. */
export const RUNBOOKS: readonly RegisteredRunbook[] = [patchWindow];
