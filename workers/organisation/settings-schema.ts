import { z } from 'zod';
import type { Limits } from '../../model/plan.ts';
import { duration, timeZone } from '../../runbooks/patch-window/input-fields.ts';

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
    install: duration('1s', '24h', 'Time limit of one installation.'),
    reboot: duration('1s', '12h', 'Time limit of a reboot.'),
    call: duration(
      '1s',
      '1h',
      'Longest time of one call to a host; above 5m it stretches the limits that the scripts have.',
    ),
    poll: duration('50ms', '10m', 'Time between two looks at a running installation or reboot.'),
    heartbeat: duration('1s', '10m', 'Silence after which a worker counts as lost.'),
    retryFirst: duration('10ms', '10m', 'Wait before a step is tried again for the first time.'),
    retryAttempts: z.int().min(1).max(20).describe('How often a step is tried, 1 to 20.'),
    workerWait: duration('1s', '1h', 'How long a step waits for a worker of its site.'),
    maxRounds: z.int().min(1).max(10).describe('Install and reboot rounds of one turn, 1 to 10.'),
    scanMaxAge: duration('1h', '60d', 'How old the last scan of the update source may be.'),
    backupMaxAge: duration('1h', '60d', 'How old the last verified backup may be, for hosts without a backup policy.'),
    freeDiskMb: z.number().min(0).max(1_000_000).describe('Free space that the system drive must have, in MB.'),
    datastoreFreeGb: z
      .number()
      .min(0)
      .max(1_000_000)
      .describe('Free space that a datastore must have before a snapshot, in GB.'),
    datastoreSnapshots: z.int().min(1).max(1000).describe('Snapshots that may be on one datastore, 1 to 1000.'),
    maintenanceMargin: duration('5m', '24h', 'How long maintenance mode outlasts the expected end of a turn.'),
  })
  .transform((limits): Limits => ({
    installMs: limits.install,
    rebootMs: limits.reboot,
    callMs: limits.call,
    pollMs: limits.poll,
    heartbeatMs: limits.heartbeat,
    retryFirstMs: limits.retryFirst,
    retryAttempts: limits.retryAttempts,
    workerWaitMs: limits.workerWait,
    maxRounds: limits.maxRounds,
    scanMaxAgeMs: limits.scanMaxAge,
    backupMaxAgeMs: limits.backupMaxAge,
    freeDiskMb: limits.freeDiskMb,
    datastoreFreeGb: limits.datastoreFreeGb,
    datastoreSnapshots: limits.datastoreSnapshots,
    maintenanceMarginMs: limits.maintenanceMargin,
  }))
  .describe('Time limits and thresholds.');

export const policiesSchema = z
  .strictObject({
    limits: limitsSchema,
    durationClasses: z
      .record(z.string(), duration('1s', '24h', 'Expected duration of a turn of this class.'))
      .describe('Expected duration of a turn by class: { standard: 30m }.'),
    rebootLimits: z
      .record(z.string(), duration('1s', '12h', 'Time limit of a reboot for hosts of this class.'))
      .default({})
      .describe('Time limit of a reboot by class, where limits.reboot does not fit: { scada: 90m }.'),
    maxConcurrency: z.int().min(1).max(100).describe('Hosts in work at once that no input may exceed, 1 to 100.'),
  })
  .describe('An object with limits, durationClasses, rebootLimits and maxConcurrency.');
