/** Addresses of pages in Temporal's Web UI. */
export interface UiPlace {
  /** Base address, `http://127.0.0.1:8233`. */
  ui: string;
  namespace: string;
}

/** The page on which a run is read and steered. */
export function runLink({ ui, namespace }: UiPlace, workflowId: string, executionRunId: string): string {
  return `${base(ui, namespace)}/workflows/${encodeURIComponent(workflowId)}/${executionRunId}/timeline`;
}

/**
 * The start form, filled with the input of the run that is named: the Web UI takes an input over from an earlier run only,
 * never from the address itself.
 */
export function startFormLink(
  { ui, namespace }: UiPlace,
  from: { workflowId: string; executionRunId: string; workflowType: string; taskQueue: string },
): string {
  const query = new URLSearchParams({
    workflowId: from.workflowId,
    runId: from.executionRunId,
    workflowType: from.workflowType,
    taskQueue: from.taskQueue,
  });
  return `${base(ui, namespace)}/workflows/start-workflow?${query.toString()}`;
}

function base(ui: string, namespace: string): string {
  return `${ui.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}`;
}
