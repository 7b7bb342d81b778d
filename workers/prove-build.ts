import type { Client } from '@temporalio/client';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { Problem } from '../model/problems.ts';
import { dataConverter } from './data-converter/index.ts';
import { openHistories, type LookedAt, type OpenHistory } from './open-histories.ts';

export interface ProveOptions {
  client: Client;
  /** The workflows of this build. */
  bundle: WorkflowBundleOption;
  /** Words for a person who waits. */
  onProgress: (text: string) => void;
}

/** What a build was held against. */
export interface Proof extends LookedAt {
  /** Open workflows that go on in this build as they began. */
  replayed: number;
}

/** This build would do something else in workflows that are open than what stands in their histories. */
export class BuildDoesNotReplay extends Error {
  override name = 'BuildDoesNotReplay';
  readonly problems: Problem[];

  constructor(problems: Problem[], replayed: number) {
    super(
      `This build cannot go on with ${problems.length} of ${problems.length + replayed} open workflows, so it takes no work; nothing was changed.\n` +
        'Start the build before again and let these runs end (`npx fettle drain --reason "why"` keeps new ones away meanwhile), then start this one; or, where this build differs, keep the old way for them by `patched()`.',
    );
    this.problems = problems;
  }
}

const TELL_EVERY = 25;

/**
 * Replays the history of every open workflow of ours on this build, before it takes any work: one that decides something else in the
 * middle of a run would stop that run where it is, with a host in whatever state. A run that stands still already, since its code
 * throws, is not held against it. What replay cannot see: one thing more that the last task decides, beside what it did.
 * @throws {BuildDoesNotReplay} with every run that does not replay.
 */
export async function proveBuild({ client, bundle, onProgress }: ProveOptions): Promise<Proof> {
  const looked: LookedAt = { others: 0, closed: 0 };
  const problems: Problem[] = [];
  let replayed = 0;
  let current: OpenHistory | null = null;
  const histories = async function* () {
    for await (current of openHistories(client, looked)) yield current;
  };
  const results = Worker.runReplayHistories({ workflowBundle: bundle, dataConverter }, histories());
  for await (const { workflowId, error } of results) {
    if (error === undefined) replayed += 1;
    else problems.push(problemOf(current, workflowId, error));
    const done = replayed + problems.length;
    if (done % TELL_EVERY === 0)
      onProgress(`Replayed ${done} open workflows so far, ${problems.length} of them in vain.`);
  }
  if (problems.length > 0) throw new BuildDoesNotReplay(problems, replayed);
  return { ...looked, replayed };
}

function problemOf(current: OpenHistory | null, workflowId: string, error: Error): Problem {
  const { runId = workflowId, type = '' } = current ?? {};
  const what = workflowId === runId ? 'the run itself' : workflowId;
  return { path: runId, message: `${what} (${type}): ${complaint(error)}`, expected: '' };
}

/** The sentence in which the SDK's core says what differs, out of the debug text around it. */
function complaint({ message }: Error): string {
  return /message: "((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? message;
}
