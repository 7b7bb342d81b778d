import { Client, Connection, type WorkflowSignalInput } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { keepForStep, withStepNotes } from '../../../activities/patching/step-notes.ts';
import type { CallNoise } from '../../../activities/powershell/shell.ts';
import { STEP_NOTES } from '../../../model/messages.ts';
import { MAX_STEP_NOTES } from '../../../model/turn.ts';

const quiet: CallNoise = { warnings: [], verbose: [], information: [], softErrors: [], stray: [] };
const warnings = (count: number, from = 0): CallNoise => ({
  ...quiet,
  warnings: Array.from({ length: count }, (_, i) => `warning ${from + i}`),
});

/** What a step sends to its turn for its record. */
async function sentBy(work: () => void): Promise<unknown[]> {
  const sent: unknown[] = [];
  // The interceptor stands before the connection, which is therefore never opened.
  const signal = ({ signalName, args }: WorkflowSignalInput): Promise<void> => {
    sent.push([signalName, ...args]);
    return Promise.resolve();
  };
  const client = new Client({ connection: Connection.lazy(), interceptors: { workflow: [{ signal }] } });
  const environment = new MockActivityEnvironment({ workflowType: 'patchHost' }, { client });
  await environment.run(() => withStepNotes(() => Promise.resolve(work())));
  return sent;
}

describe("notes for a step's record", () => {
  it('are sent once, each text once', async () => {
    const sent = await sentBy(() => {
      keepForStep('Get-Something', { ...warnings(1), stray: ['line'] });
      keepForStep('Get-Something', warnings(2));
    });
    const notes = ['warning of Get-Something: warning 0', 'stray output of Get-Something: line'];
    expect(sent).toEqual([[STEP_NOTES, { notes: [...notes, 'warning of Get-Something: warning 1'] }]]);
  });

  it('are capped before they are sent, in number and length', async () => {
    const long = { ...quiet, warnings: ['x'.repeat(500)] };
    const [[, { notes }]] = (await sentBy(() => {
      keepForStep('Get-Something', long);
      for (let poll = 0; poll < 100; poll += 1) keepForStep('Get-Something', warnings(50, 50 * poll));
    })) as [[string, { notes: string[] }]];
    expect(notes).toHaveLength(MAX_STEP_NOTES);
    for (const note of notes) expect(note.length).toBeLessThanOrEqual(200);
  });

  it('are not gathered any further once there are enough', async () => {
    let read = 0;
    const noise: CallNoise = {
      ...warnings(1, 1000),
      get stray() {
        read += 1;
        return ['line'];
      },
    };
    await sentBy(() => {
      keepForStep('Get-Something', warnings(MAX_STEP_NOTES));
      keepForStep('Get-Something', noise);
    });
    expect(read).toBe(0);
  });
});
