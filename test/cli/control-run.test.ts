import { ServiceError } from '@temporalio/client';
import { expect, test } from 'vitest';
import { controlRun } from '../../cli/control-run.ts';
import type { FoundRun } from '../../cli/run-reference.ts';

/** What the server answers the 10,001st signal of a run, as it was seen. */
function tooManySignals(): ServiceError {
  const details = 'exceeded workflow execution limit for signal events';
  const cause = Object.assign(new Error(`3 INVALID_ARGUMENT: ${details}`), { code: 3, details, metadata: {} });
  return new ServiceError('Failed to signal Workflow', { cause });
}

/** A run without a worker, of which the server takes no signal; it keeps the reasons of cancels. */
function fullRun(): { found: FoundRun; cancels: string[] } {
  const cancels: string[] = [];
  const workflowService = {
    describeTaskQueue: async () => ({ pollers: [] }),
    requestCancelWorkflowExecution: async ({ reason }: { reason: string }) => void cancels.push(reason),
  };
  const found = {
    session: {
      namespace: 'default',
      connection: { withDeadline: (_: number, work: () => unknown) => work() },
      client: { workflowService, options: { identity: 'kim' } },
    },
    run: { workflowId: 'patch-window/CHG0012345/x', status: 'RUNNING' },
    handle: { workflowId: 'patch-window/CHG0012345/x', signal: () => Promise.reject(tooManySignals()) },
  };
  return { found: found as unknown as FoundRun, cancels };
}

test('a run that has had its last signal is aborted by Cancel, and any other message is refused with the way to stop it', async () => {
  const { found, cancels } = fullRun();
  const ask = { reason: 'Production needs the site', by: 'Kim Example' };
  await expect(controlRun(found, 'pause', ask)).rejects.toMatchObject({
    type: 'Refused',
    message: expect.stringMatching(/limit for signal events.*did not count.*npx fettle abort/) as unknown,
  });
  expect(cancels).toEqual([]);
  expect(await controlRun(found, 'abort', ask)).toMatchObject({ accepted: true, way: 'cancel' });
  expect(cancels).toEqual(['Production needs the site (says "Kim Example")']);
});
