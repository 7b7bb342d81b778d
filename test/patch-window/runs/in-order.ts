import { OS_UPDATES, type OperatingSystem, type Plant } from '../../../lab/plant/index.ts';
import type { InventoryHost } from '../../../model/inventory.ts';

/** Whatever the seed made of the host: nothing pending, and offered the cumulative and the .NET update, made small. */
export function putInOrder(plant: Plant, { name, os }: InventoryHost): void {
  const { cumulative, dotNet } = OS_UPDATES[os as OperatingSystem];
  plant.change(name, { pendingReboot: [], offered: [cumulative, dotNet].map((update) => ({ ...update, sizeMb: 10 })) });
}
