import type { Plant } from '../../lab/plant/index.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { PatchTarget } from '../../model/patch-window/plan.ts';
import type { Cabinets } from '../engine/fixture/runbook.ts';
import type { RunEvidence } from './evidence.ts';
import type { World } from './reader.ts';

const SETTLED_WITHIN_MS = 60_000;

/** What the plant shows of these hosts, once all that goes on by itself is over. Takes every ordered trouble back first. */
export async function plantWorld(plant: Plant, hosts: readonly InventoryHost[]): Promise<World> {
  for (const { name } of hosts) plant.clearFaults(name);
  const quiet = () =>
    hosts.map(({ name }) => plant.host(name)).every((view) => view.power === 'up' && view.installing === null);
  await plant.until(quiet, SETTLED_WITHIN_MS);
  const names = new Set(hosts.map(({ name }) => name));
  const effects = plant
    .journal()
    .filter(({ key }) => names.has(key.split('/')[2] ?? ''))
    .map(({ key, effect, detail, at }) => ({ key, effect, detail, at: Date.parse(at) }));
  const left = await Promise.all(hosts.map((host) => leftOn(plant, host, effects)));
  return {
    effects,
    left: left.flat(),
    groups: new Map(hosts.flatMap(({ name, redundancyGroup: group }) => (group === undefined ? [] : [[name, group]]))),
    flaws: (target, run) => flawsOf(plant, target, run),
  };
}

type Left = World['left'][number];

async function leftOn(plant: Plant, host: InventoryHost, effects: World['effects']): Promise<Left[]> {
  const { name: target, monitoring, virtualization: vm } = host;
  const ofHost = effects.filter(({ key }) => key.split('/')[2] === target);
  const left: Left[] = [];
  const add = (what: string, kind: string, by: readonly string[], fits: (detail: string) => boolean): void => {
    const effect = ofHost.findLast((one) => by.includes(one.effect) && fits(one.detail));
    left.push({ target, runKey: effect?.key.split('/')[0] ?? '', what, kinds: [kind] });
  };
  if (monitoring !== undefined) {
    const { objects } = await plant.call(monitoring.endpoint, 'Get-FettleMaintenance', { objects: monitoring.objects });
    const by = ['maintenance-on', 'maintenance-extended'];
    for (const { object, inMaintenance } of objects)
      if (inMaintenance) add(`maintenance mode of ${object}`, 'maintenance-on', by, (text) => text.includes(object));
  }
  if (vm !== 'physical') {
    const { vmId, datastore } = vm;
    const { snapshots } = await plant.call(vm.endpoint, 'Get-FettleSnapshot', { vmId, datastore });
    for (const { name } of snapshots)
      add(`snapshot ${name}`, 'snapshot-alive', ['snapshot-taken'], (text) => text.endsWith(name));
  }
  for (const { key, detail } of ofHost.filter(({ effect }) => effect === 'install-started')) {
    const removed = ofHost.some((other) => other.effect === 'task-removed' && other.key === key);
    if (!removed) add(`update task ${detail}`, 'open-question', ['install-started'], (text) => text === detail);
  }
  return left;
}

/** A success: its updates installed, rebooted where they need it, services up, and back in monitoring. */
function flawsOf(plant: Plant, target: string, { plan }: RunEvidence): string[] {
  const { installed, offered, pendingReboot, servicesDown } = plant.host(target);
  const planned = plan?.material.targets.find(({ id }) => id === target)?.own as PatchTarget | undefined;
  const missing = planned?.updates.filter(({ kb }) => !installed.includes(kb) || offered.includes(kb)) ?? [];
  return [
    ...missing.map(({ kb }) => `${kb} is not installed`),
    ...(pendingReboot.length > 0 ? ['a reboot is pending'] : []),
    ...(servicesDown.length > 0 ? [`${servicesDown.join(', ')} is down`] : []),
  ];
}

/** What was done to drawers of the cabinets. */
export function cabinetWorld(cabinets: Cabinets): World {
  return {
    effects: cabinets.effects.map(({ key, stage, at }) => ({ key, effect: `handled in ${stage}`, detail: '', at })),
    left: [],
    groups: new Map(),
    // A stage that failed for a target may be followed by one that takes it all the same.
    flaws: (target, { told }) => {
      const done = cabinets.stagesOf(target);
      const succeeded = told.filter((one) => one.target === target && one.outcome?.state === 'succeeded');
      return succeeded.flatMap(({ outcome }) =>
        done.includes(outcome?.stage ?? '') ? [] : [`it was not handled in ${outcome?.stage}`],
      );
    },
  };
}
