import type { ScriptContract } from '../model/contract.ts';
import { SCRIPTS } from '../runbooks/patch-window/scripts/index.ts';
import type { PlantClient } from './plant-client.ts';

type Run<P> = (host: PlantClient, parameters: P) => Promise<unknown>;

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
  simulate(SCRIPTS.getHostState, async (host) => ({
    bootTime: (await host.invoke('Get-FettleBootTime', {})).bootTime,
    pendingReboot: (await host.invoke('Get-FettlePendingReboot', {})).reasons,
    freeDiskMb: (await host.invoke('Get-FettleDisk', {})).freeMb,
    services: (await host.invoke('Get-FettleService', {})).services,
    installer: await host.invoke('Get-FettleInstallerState', {}),
    lastVerifiedBackupAt: (await host.invoke('Get-FettleBackup', {})).lastVerifiedAt,
  })),

  simulate(SCRIPTS.getHostRole, async (host) => ({
    cluster: (await host.invoke('Get-FettleClusterState', {})).cluster,
    availabilityGroups: (await host.invoke('Get-FettleAvailabilityGroup', {})).groups,
    domainController: (await host.invoke('Get-FettleDomainControllerHealth', {})).controller,
    guests: (await host.invoke('Get-FettleHypervisorGuest', {})).guests,
  })),

  simulate(SCRIPTS.getUpdateState, async (host) => {
    const { lastScanAt, updates: offered } = await host.invoke('Get-FettleOfferedUpdate', {});
    const { updates: installed } = await host.invoke('Get-FettleInstalledUpdate', {});
    return { lastScanAt, offered, installed };
  }),

  simulate(SCRIPTS.getUpdateResult, async (host, { Since, Updates }) => {
    const { entries } = await host.invoke('Get-FettleUpdateHistory', { since: Since });
    const { updates: installed } = await host.invoke('Get-FettleInstalledUpdate', {});
    const { rebootRequired } = await host.invoke('Get-FettleInstallerState', {});
    const wanted = new Set(Updates.map(({ id }) => id.toLowerCase()));
    return { history: entries.filter(({ id }) => wanted.has(id.toLowerCase())), installed, rebootRequired };
  }),

  simulate(SCRIPTS.restartPatchHost, async (host, { Key, BootTimeBefore, Reason }) => {
    const { bootTime } = await host.invoke('Get-FettleBootTime', {});
    const moved = Math.abs(Date.parse(bootTime) - Date.parse(BootTimeBefore));
    if (moved > BOOT_TOLERANCE_MS) return { requested: false, bootTime };
    const { requested } = await host.invoke('Restart-FettleHost', { key: Key, reason: Reason });
    return { requested, bootTime };
  }),

  simulate(SCRIPTS.testHostProbe, async (host, { Probes }) => {
    const probes = [];
    for (const probe of Probes) probes.push(await host.invoke('Test-FettleProbe', { probe }));
    return { probes };
  }),
]);
