import type { Handlers } from './host-verbs.ts';
import { readSnapshots, removeSnapshot, takeSnapshot } from './snapshots.ts';

/** Verbs of management endpoints: on any other machine they throw. */
export const ENDPOINT_VERBS = {
  'Get-FettleMaintenance': (world, { name }, { objects }) => ({ objects: world.monitoring.state(name, objects) }),
  'Start-FettleMaintenance': (world, { name }, request) => ({ objects: world.monitoring.start(name, request) }),
  'Stop-FettleMaintenance': (world, { name }, request) => ({ objects: world.monitoring.stop(name, request) }),
  'Get-FettleSnapshot': readSnapshots,
  'New-FettleSnapshot': takeSnapshot,
  'Remove-FettleSnapshot': removeSnapshot,
} satisfies Partial<Handlers>;
