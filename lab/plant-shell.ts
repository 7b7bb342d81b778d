import { hostModuleIn } from '../activities/powershell/settings.ts';
import type { PlantShell } from '../workers/shell.ts';
import { openSimulatedShell } from './simulated-shell.ts';

/** How a worker works on a plant: by this host module in PowerShell, and where there is none by what stands in for it. */
export const PLANT_SHELL: PlantShell = {
  hostModule: hostModuleIn('plant', new URL('./plant/host-module/', import.meta.url)),
  simulated: openSimulatedShell,
};
