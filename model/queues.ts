/** Task queue of workflows and of activities that need no site: planning, locks. */
export const CONTROL_QUEUE = 'control';

const SITE = 'site-';

/** Task queue of the worker that stands near a site's hosts. */
export function siteQueue(site: string): string {
  return `${SITE}${site}`;
}

/** The site of such a queue; the empty string for any other queue. */
export function siteOf(queue: string): string {
  return queue.startsWith(SITE) ? queue.slice(SITE.length) : '';
}
