import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import {
  ASK_LOCK,
  HOLDS,
  LINE_OF_LOCK,
  RELEASE_LOCK,
  type AskLock,
  type Claim,
  type LockAnswer,
  type LockState,
} from '../model/locks.ts';
import { STOP_TURN, type ControlAnswer, type ControlName } from '../model/messages.ts';
import type { Plan } from '../model/plan.ts';
import type { HandoverItem, LedgerPage, RunStatus } from '../model/run.ts';
import type { TurnView } from '../model/turn.ts';

/** Handlers take `unknown`: whatever arrives is narrowed by hand, since one that throws fails the workflow task for ever. */
export const controlSignal = (name: ControlName) => defineSignal<[unknown]>(name);
export const controlUpdate = (name: ControlName) => defineUpdate<ControlAnswer, [unknown]>(name);

export const statusQuery = defineQuery<RunStatus>('status');
export const ledgerQuery = defineQuery<LedgerPage, [unknown]>('ledger');
export const planQuery = defineQuery<Plan | null>('plan');
export const handoverQuery = defineQuery<HandoverItem[]>('handover');

export const turnQuery = defineQuery<TurnView>('turn');
export const stopTurnSignal = defineSignal<[unknown]>(STOP_TURN);

export const askLockUpdate = defineUpdate<LockAnswer, [AskLock]>(ASK_LOCK);
export const releaseLockSignal = defineSignal<[unknown]>(RELEASE_LOCK);
export const lineQuery = defineQuery<LockState>(LINE_OF_LOCK);
export const holdsQuery = defineQuery<Record<string, Claim>>(HOLDS);
