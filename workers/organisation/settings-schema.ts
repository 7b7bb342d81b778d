import { z } from 'zod';
import type { Limits } from '../../model/plan.ts';
import { duration, timeZone } from '../../runbooks/input/fields.ts';

const siteSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,38}$/, 'lower-case letters, digits and hyphens are needed')
      .describe('Short name of the site, which also names its task queue: nordhavn.'),
    title: z.string().min(1).describe('Name of the site as people say it.'),
    timeZone: timeZone.describe('IANA time zone of the site, such as Europe/Copenhagen.'),
  })
  .describe('A site: { name, title, timeZone }.');

export const sitesSchema = z
  .strictObject({ sites: z.array(siteSchema).min(1).describe('List of sites: { name, title, timeZone }.') })
  .describe('An object with the list sites.');

const limitsSchema = z
  .strictObject({
    call: duration(
      '1s',
      '1h',
      'Longest time of one call to a host; above 5m it stretches the limits that the scripts have.',
    ),
    poll: duration('50ms', '10m', 'Time between two looks at something that is followed, such as a reboot.'),
    heartbeat: duration('1s', '10m', 'Silence after which a worker counts as lost.'),
    retryFirst: duration('10ms', '10m', 'Wait before a step is tried again for the first time.'),
    retryAttempts: z.int().min(1).max(20).describe('How often a step is tried, 1 to 20.'),
    workerWait: duration('1s', '1h', 'How long what has not begun yet waits for a worker of its site.'),
    workerReturn: duration(
      '1s',
      '7d',
      'How long whatever looks at a target that was changed waits for a worker of its site to return.',
    ),
  })
  .transform((limits): Limits => ({
    callMs: limits.call,
    pollMs: limits.poll,
    heartbeatMs: limits.heartbeat,
    retryFirstMs: limits.retryFirst,
    retryAttempts: limits.retryAttempts,
    workerWaitMs: limits.workerWait,
    workerReturnMs: limits.workerReturn,
  }))
  .describe('Limits of every call and step.');

export const policiesSchema = z
  .strictObject({
    limits: limitsSchema,
    maxConcurrency: z.int().min(1).max(100).describe('Targets in work at once that no input may exceed, 1 to 100.'),
  })
  .describe('An object with limits and maxConcurrency.');
