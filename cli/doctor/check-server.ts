import { readDrain } from '../../activities/drain/read-drain.ts';
import { drainText } from '../../model/drain.ts';
import { duration } from '../../model/duration.ts';
import { PAYLOAD_BYTES } from '../../model/payload-limits.ts';
import { CONTROL_QUEUE, siteQueue } from '../../model/queues.ts';
import { SEARCH_ATTRIBUTES } from '../../model/search-attributes.ts';
import type { Session } from '../connect.ts';
import { activePollers, type QueueKind } from '../pollers.ts';
import { bad, good, note, type Finding } from './finding.ts';

/** What the commands to paste name. */
type Server = Pick<Session, 'address' | 'namespace'>;

const HOUR_MS = 3_600_000;
/** A turn's history must outlive its run: an operator may ask for another turn, or read the timeline, until the run ends. */
const LONGEST_RUN_MS = 24 * HOUR_MS;
/** Below this a run is gone before anybody asks what happened last week. */
const COMFORTABLE_MS = 7 * 24 * HOUR_MS;

/** The namespace and how long it keeps ended runs. */
export async function checkNamespace(session: Session): Promise<Finding> {
  const answer = await session.client.workflowService.describeNamespace({ namespace: session.namespace });
  return retentionFinding(Number(answer.config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1000, session);
}

export function retentionFinding(retentionMs: number, { address, namespace }: Server): Finding {
  const check = `Namespace ${namespace}`;
  const text = `keeps ended runs for ${duration(retentionMs)}`;
  const mend = `temporal operator namespace update --address ${address} --retention 720h ${namespace}`;
  if (retentionMs < LONGEST_RUN_MS) return bad(check, `${text}, less than the longest run takes`, { mend });
  if (retentionMs < COMFORTABLE_MS) return note(check, `${text}; enough for a lab, too short for production`, { mend });
  return good(check, text);
}

/** The largest payload that the server takes. It tells this limit, and not the one at which it warns. */
export async function checkPayloads(session: Session): Promise<Finding> {
  const answer = await session.client.workflowService.describeNamespace({ namespace: session.namespace });
  const told = answer.namespaceInfo?.limits?.blobSizeLimitError;
  return payloadFinding(told == null || Number(told) === 0 ? null : Number(told));
}

export function payloadFinding(bytes: number | null): Finding {
  const check = 'Size of payloads';
  const key = `limit.blobSize.error in the server's dynamic configuration: ${PAYLOAD_BYTES} or more`;
  if (bytes === null)
    return note(check, 'this server does not tell its limit: whether large plans are taken was not checked', {
      mend: `Look at ${key}.`,
    });
  const text = `up to ${Math.floor(bytes / 1024)} KB (at what size it warns, a server does not tell)`;
  if (bytes >= PAYLOAD_BYTES) return good(check, text);
  return bad(check, `${text}; ${PAYLOAD_BYTES / 1024} KB are needed: a run of many targets would fail`, {
    mend: `Set ${key}.`,
  });
}

/** IndexedValueType of Temporal's interface, and its names on the command line. */
const TYPES = { KEYWORD: { number: 2, cli: 'Keyword' }, KEYWORD_LIST: { number: 7, cli: 'KeywordList' } } as const;

/** Every search attribute with its type. */
export async function checkSearchAttributes(session: Session): Promise<Finding[]> {
  const answer = await session.connection.operatorService.listSearchAttributes({ namespace: session.namespace });
  return searchAttributeFindings(answer.customAttributes ?? {}, session);
}

export function searchAttributeFindings(present: Record<string, number>, { address, namespace }: Server): Finding[] {
  const findings = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => {
    const wanted = TYPES[type];
    if (present[name] === wanted.number) return [];
    const create = `temporal operator search-attribute create --address ${address} --namespace ${namespace} --name ${name} --type ${wanted.cli}`;
    const check = `Search attribute ${name}`;
    if (present[name] === undefined) return [bad(check, 'is missing: no run can start', { mend: create })];
    return [
      bad(check, `has another type than ${wanted.cli}: no run can start`, {
        mend: `Remove it (temporal operator search-attribute remove --address ${address} --namespace ${namespace} --name ${name}), then: ${create}`,
      }),
    ];
  });
  return findings.length > 0
    ? findings
    : [good('Search attributes', `all ${Object.keys(SEARCH_ATTRIBUTES).length} are there`)];
}

/** Whether somebody keeps new runs from beginning. */
export async function checkDrain({ client }: Session): Promise<Finding> {
  const drain = await readDrain(client);
  if (drain === null) return good('New runs', 'may begin');
  return note('New runs', `${drainText(drain)}.`, { mend: 'npx fettle drain --end --reason "why"' });
}

/** Workers on the control queue and on the queue of each site. */
export async function checkWorkers(session: Session, sites: readonly string[]): Promise<Finding[]> {
  return [
    await checkQueue(session, CONTROL_QUEUE, 'workflow', 'npx fettle worker'),
    ...(await Promise.all(
      sites.map((site) => checkQueue(session, siteQueue(site), 'activity', `npx fettle worker --site ${site}`)),
    )),
  ];
}

async function checkQueue(session: Session, queue: string, kind: QueueKind, command: string): Promise<Finding> {
  const pollers = await activePollers(session, queue, kind);
  if (pollers.length > 0) return good(`Workers on ${queue}`, pollers.join(', '));
  return bad(`Workers on ${queue}`, 'none: what is sent there waits', { about: 'connection', mend: command });
}
