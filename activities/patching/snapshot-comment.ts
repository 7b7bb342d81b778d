/** What a snapshot of ours says of itself. Another run reads it to know when the snapshot has served its time. */
export interface SnapshotComment {
  runId: string;
  keepUntil: string;
}

/** Prefix of every snapshot that we take, and the only ones that we remove. */
export const OUR_SNAPSHOTS = 'fettle-';

const COMMENT_LENGTH = 250;
const FORM = /^fettle (?<runId>.+) keep-until (?<keepUntil>\S+)$/;

/** Writes the comment; a run id that is too long for a hypervisor's field is cut, the time never. */
export function writeSnapshotComment({ runId, keepUntil }: SnapshotComment): string {
  const tail = ` keep-until ${keepUntil}`;
  return `fettle ${runId}`.slice(0, COMMENT_LENGTH - tail.length) + tail;
}

/** Reads a comment; null when it is not of our form, for instance because a person changed it. */
export function readSnapshotComment(comment: string): SnapshotComment | null {
  const found = FORM.exec(comment.trim())?.groups;
  const runId = found?.['runId'];
  const keepUntil = found?.['keepUntil'];
  if (runId === undefined || keepUntil === undefined || Number.isNaN(Date.parse(keepUntil))) return null;
  return { runId, keepUntil };
}
