/**
 * Names of the signals, updates and queries of a run, with the descriptions that the Web UI and the docs show.
 * Control goes by signal (for the Web UI: always accepted, recorded) and by update of the same name (answers, and refuses with the reason).
 */
export const CONTROL_MESSAGES = {
  pause: {
    description: 'Start nothing new; targets in work finish. JSON: {"reason": "why", "by": "your name"}',
    example: { reason: 'Batch 4711 is still running', by: 'Kim Example' },
  },
  resume: {
    description: 'Go on after a pause. JSON: {"reason": "why", "by": "your name"}',
    example: { reason: 'Batch 4711 is done', by: 'Kim Example' },
  },
  abort: {
    description:
      'Stop at the safe point: nothing new starts, no install or reboot is cut off. JSON: {"reason": "why", "by": "your name"}',
    example: { reason: 'Production needs the site', by: 'Kim Example' },
  },
  retryTarget: {
    description:
      'Give a target that ended another turn. JSON: {"target": "app01.corp.example", "reason": "why", "by": "your name"}',
    example: { target: 'app01.corp.example', reason: 'Disk space was freed', by: 'Kim Example' },
  },
  skipTarget: {
    description:
      'Leave a target out; one in work stops at its safe point. JSON: {"target": "app01.corp.example", "reason": "why", "by": "your name"}',
    example: { target: 'app01.corp.example', reason: 'Owner asked for it', by: 'Kim Example' },
  },
} as const;
export type ControlName = keyof typeof CONTROL_MESSAGES;
export const CONTROL_NAMES = Object.keys(CONTROL_MESSAGES) as ControlName[];

export const QUERIES = {
  status: 'Where the run stands: phase, ledger counts, what is awaited, notes.',
  ledger: 'Every target with its state and reason, in pages. JSON: {"page": 1, "pageSize": 50}',
  plan: 'The frozen plan with its hash.',
  handover: 'What the next shift must know, as of now.',
  turn: "Where a target's turn stands (on the turn's own workflow).",
  holds: 'What a turn holds beside its target, for the locks to ask.',
} as const;

/** Signal from a run to a turn that it started. */
export const STOP_TURN = 'stopTurn';

/** A control message after it was narrowed. `by` is a claim: Temporal does not authenticate the sender. */
export interface ControlRequest {
  name: ControlName;
  reason: string;
  by: string;
  target: string | null;
}

/** What a control update answers. */
export interface ControlAnswer {
  accepted: boolean;
  text: string;
}

export type Narrowed<T> = { ok: true; value: T } | { ok: false; problem: string };

const MAX_TEXT = 500;

export const NAMELESS = 'somebody who gave no name';

/** A text of a message in plain words and of a length that may be shown; null when there is none. */
export function cappedText(value: unknown): string | null {
  const words = typeof value === 'string' ? plainWords(value.slice(0, MAX_TEXT)) : '';
  return words === '' ? null : words;
}

/** Blanks, control characters, and signs that cannot be seen or turn the direction of what follows. A flood runs through it: `\p{C}` takes fifty times as long. */
const NOT_PLAIN = /[\s\p{Cc}\u200B-\u200F\u202A-\u202E\u2066-\u2069]+/gu;

/** Words of somebody whom nobody proved, on one line and without signs that steer a terminal, so that they cannot pass for a line of ours. */
export function plainWords(words: string): string {
  return words.replaceAll(NOT_PLAIN, ' ').trim();
}

/** The same words as a quotation, which nothing in them can end. */
export function quoted(words: string): string {
  return `"${plainWords(words).replaceAll('"', "'")}"`;
}

/** What a message says, for the record: a claim, never what the run or a step says itself. */
export function claimOf({ reason, by }: Pick<ControlRequest, 'reason' | 'by'>): string {
  return `unattributed (says ${quoted(by)}): ${quoted(reason)}`;
}

/** Narrows whatever arrived as a control message; never throws: a handler that throws fails the run's workflow task for ever. */
export function narrowControl(name: ControlName, payload: unknown): Narrowed<ControlRequest> {
  const example = JSON.stringify(CONTROL_MESSAGES[name].example);
  const bad = (problem: string): Narrowed<ControlRequest> => ({
    ok: false,
    problem: `${name}: ${problem}. Send for example ${example}`,
  });
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    return bad('one JSON object is needed');
  const fields = payload as Record<string, unknown>;
  const reason = cappedText(fields['reason']);
  if (reason === null) return bad('"reason" is missing; a change without a reason is refused');
  const by = cappedText(fields['by']) ?? NAMELESS;
  if (name !== 'retryTarget' && name !== 'skipTarget') return { ok: true, value: { name, reason, by, target: null } };
  const target = cappedText(fields['target']);
  if (target === null) return bad('"target" is missing');
  return { ok: true, value: { name, reason, by, target: target.toLowerCase() } };
}
