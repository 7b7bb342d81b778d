export type { FaultOrder, JournalEntry, MaintenanceState, PlantVerb, PlantVerbs, UpdateHistoryEntry } from './api.ts';
export { COMMON_UPDATES, type OperatingSystem, OS_UPDATES } from './catalogue.ts';
export type { HostChange } from './host-change.ts';
export { generateInventory } from './inventory.ts';
export type { MachineView } from './machine-view.ts';
export { Plant, type PlantOptions } from './plant.ts';
export { type PlantServer, startPlant } from './server.ts';
export { defaultTroubles } from './troubles.ts';
