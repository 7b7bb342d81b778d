/**
 * Makes one piece of work of any number of calls: it is done when everything that arrived at once has been taken in. A run that gets
 * thousands of messages in one task, as after an outage of its worker, would otherwise show itself for each of them and run into
 * the task's time limit of ten seconds, again and again. Whoever asks the run reads what was shown last: a query comes after it.
 */
export function onceTakenIn(work: () => void): () => void {
  let asked = false;
  const afterwards = async (): Promise<void> => {
    await Promise.resolve();
    asked = false;
    work();
  };
  return () => {
    if (asked) return;
    asked = true;
    void afterwards();
  };
}
