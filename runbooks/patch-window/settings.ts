import { z } from 'zod';
import type { InventoryHost } from '../../model/inventory.ts';
import type { Organisation } from '../../model/organisation.ts';
import type { PatchLimits, PatchSettings } from '../../model/patch-window/plan.ts';
import { closest } from '../input/close-match.ts';
import { duration } from '../input/fields.ts';
import { pathText, type LocatedProblem } from '../input/schema-problems.ts';

const limits = z
  .strictObject({
    install: duration('1s', '24h', 'Time limit of one installation.'),
    reboot: duration('1s', '12h', 'Time limit of a reboot.'),
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
  .transform(({ install, reboot, scanMaxAge, backupMaxAge, maintenanceMargin, ...rest }): PatchLimits => ({
    ...rest,
    installMs: install,
    rebootMs: reboot,
    scanMaxAgeMs: scanMaxAge,
    backupMaxAgeMs: backupMaxAge,
    maintenanceMarginMs: maintenanceMargin,
  }))
  .describe('Time limits and thresholds of patching.');

/** `config/patch-window.yaml`. */
export const patchSettingsSchema = z
  .strictObject({
    limits,
    durationClasses: z
      .record(z.string(), duration('1s', '24h', 'Expected duration of a turn of this class.'))
      .describe('Expected duration of a turn by class: { standard: 30m }.'),
    rebootLimits: z
      .record(z.string(), duration('1s', '12h', 'Time limit of a reboot for hosts of this class.'))
      .default({})
      .describe('Time limit of a reboot by class, where limits.reboot does not fit: { scada: 90m }.'),
  })
  .describe('An object with limits, durationClasses and rebootLimits.');

/** What the organisation's `config/patch-window.yaml` says; it was parsed by the schema above when it was loaded. */
export function patchSettings({ settings }: Pick<Organisation, 'settings'>): PatchSettings {
  return settings['patch-window'] as PatchSettings;
}

/** Every host's class has to be one that the file tells the duration of. */
export function unknownClasses(settings: unknown, hosts: { index: number; value: InventoryHost }[]): LocatedProblem[] {
  const known = Object.keys((settings as PatchSettings).durationClasses);
  return hosts
    .filter(({ value }) => !known.includes(value.durationClass))
    .map(({ index, value: { durationClass } }) => {
      const at = ['hosts', index, 'durationClass'];
      const message = `patch-window.yaml has no duration class ${durationClass}`;
      return {
        at,
        path: pathText(at),
        message,
        expected: closest(durationClass, known)[0] ?? `one of ${known.join(', ')}`,
      };
    });
}
