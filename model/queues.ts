/** Task queue of workflows and of activities that need no site: planning, locks, notices. */
export const CONTROL_QUEUE = 'control';

/** Task queue of the worker that stands near a site's hosts. */
export function siteQueue(site: string): string {
  return `site-${site}`;
}
