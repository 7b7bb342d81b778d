export type { FaultOrder, JournalEntry, MaintenanceState, PlantVerb, PlantVerbs, UpdateHistoryEntry } from './api.ts';
export { COMMON_UPDATES, OPERATING_SYSTEMS, type OperatingSystem, OS_UPDATES, SQL_UPDATE } from './catalogue.ts';
export type { HostChange } from './host-change.ts';
export { generateInventory } from './inventory.ts';
export type { MachineView } from './machine-view.ts';
export { PlantError } from './plant-error.ts';
export { Plant, type PlantOptions } from './plant.ts';
export { type PlantServer, startPlant } from './server.ts';
export { defaultTroubles } from './troubles.ts';
