import type { LedgerCounts } from '../model/ledger.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';

/** The exit code of a run that has ended: 0 only when every target of the plan succeeded. */
export function exitOfRun({ ledger, targets }: { ledger: LedgerCounts; targets: number }): ExitCode {
  return ledger.succeeded === targets && targets > 0 ? EXIT.done : EXIT.notAllSucceeded;
}
