import type { ScriptContract } from '../model/contract.ts';
import { SCRIPTS } from '../runbooks/patch-window/scripts/index.ts';
import type { AskHost } from './plant-client.ts';

type Run<P> = (ask: AskHost, parameters: P) => Promise<unknown>;

/** Boot times that differ by less are one boot: the clock's correction moves them a little. */
const BOOT_TOLERANCE_MS = 2_000;

function simulate<P>({ name }: ScriptContract<P, unknown>, run: Run<P>): [string, Run<never>] {
  return [name, run];
}

/**
 * What each script makes of the functions that it calls, by its name, with the connection's parameters left out. What the plant says goes
 * out as it is: the contract judges it. Functions that are called without a script need nothing here.
 */
export const SIMULATED_SCRIPTS: Readonly<Record<string, Run<never>>> = Object.fromEntries([
  simulate(SCRIPTS.getHostState, async (ask) => ({
    bootTime: (await ask('Get-FettleBootTime', {})).bootTime,
    pendingReboot: (await ask('Get-FettlePendingReboot', {})).reasons,
    freeDiskMb: (await ask('Get-FettleDisk', {})).freeMb,
    services: (await ask('Get-FettleService', {})).services,
    installer: await ask('Get-FettleInstallerState', {}),
    lastVerifiedBackupAt: (await ask('Get-FettleBackup', {})).lastVerifiedAt,
  })),

  simulate(SCRIPTS.getHostRole, async (ask) => ({
    cluster: (await ask('Get-FettleClusterState', {})).cluster,
    availabilityGroups: (await ask('Get-FettleAvailabilityGroup', {})).groups,
    domainController: (await ask('Get-FettleDomainControllerHealth', {})).controller,
    guests: (await ask('Get-FettleHypervisorGuest', {})).guests,
  })),

  simulate(SCRIPTS.getUpdateState, async (ask) => {
    const { lastScanAt, updates: offered } = await ask('Get-FettleOfferedUpdate', {});
    const { updates: installed } = await ask('Get-FettleInstalledUpdate', {});
    return { lastScanAt, offered, installed };
  }),

  simulate(SCRIPTS.getUpdateResult, async (ask, { Since, Updates }) => {
    const { entries } = await ask('Get-FettleUpdateHistory', { since: Since });
    const { updates: installed } = await ask('Get-FettleInstalledUpdate', {});
    const { rebootRequired } = await ask('Get-FettleInstallerState', {});
    const wanted = new Set(Updates.map(({ id }) => id.toLowerCase()));
    return { history: entries.filter(({ id }) => wanted.has(id.toLowerCase())), installed, rebootRequired };
  }),

  simulate(SCRIPTS.restartPatchHost, async (ask, { Key, BootTimeBefore, Reason }) => {
    const { bootTime } = await ask('Get-FettleBootTime', {});
    const moved = Math.abs(Date.parse(bootTime) - Date.parse(BootTimeBefore));
    if (moved > BOOT_TOLERANCE_MS) return { requested: false, bootTime };
    const { requested } = await ask('Restart-FettleHost', { key: Key, reason: Reason });
    return { requested, bootTime };
  }),

  simulate(SCRIPTS.testHostProbe, async (ask, { Probes }) => {
    const probes = [];
    for (const probe of Probes) probes.push(await ask('Test-FettleProbe', { probe }));
    return { probes };
  }),
]);
