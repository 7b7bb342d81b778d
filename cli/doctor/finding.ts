import { EXIT, type ExitCode } from '../exit-codes.ts';

/** One thing that the doctor looked at. */
export interface Finding {
  /** What was looked at, in a few words. */
  check: string;
  /** `note`: works, and something about it is worth knowing. */
  verdict: 'good' | 'note' | 'bad';
  /** What a bad one keeps from working; decides the exit code. */
  about: 'configuration' | 'connection' | 'other';
  text: string;
  /** What to do, in words or a command to paste; null when there is nothing to do. */
  mend: string | null;
}

type Details = { mend?: string; about?: Finding['about'] };

export function good(check: string, text: string): Finding {
  return { check, verdict: 'good', about: 'other', text, mend: null };
}

export function note(check: string, text: string, { mend, about = 'other' }: Details = {}): Finding {
  return { check, verdict: 'note', about, text, mend: mend ?? null };
}

export function bad(check: string, text: string, { mend, about = 'other' }: Details = {}): Finding {
  return { check, verdict: 'bad', about, text, mend: mend ?? null };
}

/** 0 when nothing is bad; otherwise the most basic trouble: configuration (2), connection (4), anything else (1). */
export function exitOfFindings(findings: Finding[]): ExitCode {
  const about = new Set(findings.filter(({ verdict }) => verdict === 'bad').map((finding) => finding.about));
  if (about.size === 0) return EXIT.done;
  if (about.has('configuration')) return EXIT.badInput;
  return about.has('connection') ? EXIT.unreachable : EXIT.internal;
}
