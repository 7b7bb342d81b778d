import type { GuardFinding } from '../../runbooks/patch-window/guards/index.ts';
import { failure } from '../step/failure.ts';

/**
 * Throws the first objection of the guards as a failure of its own type; the message tells all of them, so that the operator does
 * not meet them one after the other. Returns what the guards noted.
 */
export function heed(findings: GuardFinding[], host: string): string[] {
  const notes: string[] = [];
  const objections: Exclude<GuardFinding, { verdict: 'note' }>[] = [];
  for (const finding of findings) {
    if (finding.verdict === 'note') notes.push(finding.reason);
    else objections.push(finding);
  }
  const [first] = objections;
  if (first === undefined) return notes;
  throw failure(first.failure, objections.map(({ reason }) => reason).join(' '), {
    host,
    question: first.question ?? undefined,
  });
}
