import { SCRIPTS as CONTRACTS } from '../../runbooks/patch-window/scripts/index.ts';
import type { ScriptContract } from '../../model/contract.ts';
import { ShellError, type HostVerbs } from './plant-client.ts';

export interface SimulatedScript {
  name: string;
  run(host: HostVerbs, parameters: unknown): Promise<unknown>;
}

/** Boot times that differ by less are one boot: the clock's correction moves them a little. */
const BOOT_TOLERANCE_MS = 2_000;

/** Says what a script does on one host, composed of the host module's verbs as the script itself is. */
function simulate<P, R>(
  contract: ScriptContract<P, R>,
  run: (host: HostVerbs, parameters: P) => Promise<R>,
): SimulatedScript {
  return {
    name: contract.name,
    async run(host, parameters) {
      const bound = contract.parameters.safeParse(parameters);
      if (bound.success) return run(host, bound.data);
      const [issue] = bound.error.issues;
      const message = `Cannot bind parameter '${issue?.path.join('.') ?? ''}': ${issue?.message ?? ''}`;
      throw new ShellError(message, { hresult: '0x80131501', id: 'ParameterBindingFailed' });
    },
  };
}

const SIMULATED: SimulatedScript[] = [
  simulate(CONTRACTS.getHostState, async (host) => {
    const { bootTime } = await host.invoke('Get-FettleBootTime', {});
    const { reasons } = await host.invoke('Get-FettlePendingReboot', {});
    const { freeMb } = await host.invoke('Get-FettleDisk', {});
    const { services } = await host.invoke('Get-FettleService', {});
    const installer = await host.invoke('Get-FettleInstallerState', {});
    const { lastVerifiedAt } = await host.invoke('Get-FettleBackup', {});
    // What the plant says goes out as it is: the boundary holds it to the contract, as it does with a real host.
    const pendingReboot = reasons as ('component-based-servicing' | 'windows-update' | 'file-rename')[];
    return { bootTime, pendingReboot, freeDiskMb: freeMb, services, installer, lastVerifiedBackupAt: lastVerifiedAt };
  }),

  simulate(CONTRACTS.getHostRole, async (host) => {
    const { cluster } = await host.invoke('Get-FettleClusterState', {});
    const { groups } = await host.invoke('Get-FettleAvailabilityGroup', {});
    const { controller } = await host.invoke('Get-FettleDomainControllerHealth', {});
    const { guests } = await host.invoke('Get-FettleHypervisorGuest', {});
    return { cluster, availabilityGroups: groups, domainController: controller, guests };
  }),

  simulate(CONTRACTS.getUpdateState, async (host) => {
    const { lastScanAt, updates: offered } = await host.invoke('Get-FettleOfferedUpdate', {});
    const { updates: installed } = await host.invoke('Get-FettleInstalledUpdate', {});
    return { lastScanAt, offered, installed };
  }),

  simulate(CONTRACTS.getUpdateResult, async (host, { Since, Updates }) => {
    const { entries } = await host.invoke('Get-FettleUpdateHistory', { since: Since });
    const { updates: installed } = await host.invoke('Get-FettleInstalledUpdate', {});
    const { rebootRequired } = await host.invoke('Get-FettleInstallerState', {});
    const wanted = new Set(Updates.map(({ id }) => id.toLowerCase()));
    return { history: entries.filter(({ id }) => wanted.has(id.toLowerCase())), installed, rebootRequired };
  }),

  simulate(CONTRACTS.startUpdateInstall, (host, { TaskName, Key, Updates, TimeLimitMinutes }) =>
    host.invoke('Start-FettleUpdateTask', {
      taskName: TaskName,
      key: Key,
      updates: Updates,
      timeLimitMinutes: TimeLimitMinutes,
    }),
  ),

  simulate(CONTRACTS.getUpdateProgress, (host, { TaskName }) =>
    host.invoke('Get-FettleUpdateProgress', { taskName: TaskName }),
  ),

  simulate(CONTRACTS.removeUpdateTask, (host, { TaskName }) =>
    host.invoke('Remove-FettleUpdateTask', { taskName: TaskName }),
  ),

  simulate(CONTRACTS.getEventExcerpt, (host, { Since, Maximum }) =>
    host.invoke('Get-FettleEventExcerpt', { since: Since, maximum: Maximum }),
  ),

  simulate(CONTRACTS.restartPatchHost, async (host, { Key, BootTimeBefore, Reason }) => {
    const { bootTime } = await host.invoke('Get-FettleBootTime', {});
    const moved = Math.abs(Date.parse(bootTime) - Date.parse(BootTimeBefore));
    if (moved > BOOT_TOLERANCE_MS) return { requested: false, bootTime };
    const { requested } = await host.invoke('Restart-FettleHost', { key: Key, reason: Reason });
    return { requested, bootTime };
  }),

  simulate(CONTRACTS.startHostService, (host, { Name }) => host.invoke('Start-FettleService', { name: Name })),

  simulate(CONTRACTS.testHostProbe, async (host, { Probes }) => {
    const probes: { probe: string; ok: boolean; detail: string }[] = [];
    for (const probe of Probes) probes.push(await host.invoke('Test-FettleProbe', { probe }));
    return { probes };
  }),

  simulate(CONTRACTS.getMaintenanceMode, (host, { Objects }) =>
    host.invoke('Get-FettleMaintenance', { objects: Objects }),
  ),

  simulate(CONTRACTS.startMaintenanceMode, (host, { Objects, Until, Comment, Key }) =>
    host.invoke('Start-FettleMaintenance', { objects: Objects, until: Until, comment: Comment, key: Key }),
  ),

  simulate(CONTRACTS.stopMaintenanceMode, (host, { Objects, Comment, Key }) =>
    host.invoke('Stop-FettleMaintenance', { objects: Objects, comment: Comment, key: Key }),
  ),

  simulate(CONTRACTS.getVmSnapshot, (host, { VmId, Datastore }) =>
    host.invoke('Get-FettleSnapshot', { vmId: VmId, datastore: Datastore }),
  ),

  simulate(CONTRACTS.newVmSnapshot, (host, { VmId, Name, Comment, Key }) =>
    host.invoke('New-FettleSnapshot', { vmId: VmId, name: Name, comment: Comment, key: Key }),
  ),

  simulate(CONTRACTS.removeVmSnapshot, (host, { VmId, Name, Key }) =>
    host.invoke('Remove-FettleSnapshot', { vmId: VmId, name: Name, key: Key }),
  ),
];

/** The simulated scripts by name. */
export const SIMULATED_SCRIPTS: ReadonlyMap<string, SimulatedScript> = new Map(
  SIMULATED.map((script) => [script.name, script]),
);
