import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';

/** Waits for an activity, or gives it up once `unless` holds: then null. */
export async function firstToEnd<R>(activity: () => Promise<R>, unless: () => boolean): Promise<R | null> {
  const scope = new CancellationScope();
  const result = scope.run(activity);
  const given = scope
    .run(() => condition(unless))
    .then(
      () => null,
      () => null,
    );
  const first = await Promise.race([result, given]);
  scope.cancel();
  await result.catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
  });
  return first;
}
