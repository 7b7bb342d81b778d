import type { Inventory, InventoryHost } from '../../model/inventory.ts';
import type { FaultOrder } from './api.ts';

/** One trouble for a host that fits it. */
interface Trouble {
  fits: (host: InventoryHost) => boolean;
  order: (host: InventoryHost) => FaultOrder;
}

/** In the order in which a growing plant gets them. */
const TROUBLES: Trouble[] = [
  {
    fits: ({ roles }) => roles.includes('application'),
    order: ({ name, services }) => ({
      host: name,
      fault: 'service-stays-down',
      service: services.at(-1) ?? 'W32Time',
    }),
  },
  {
    fits: ({ roles }) => roles.includes('sql'),
    order: ({ name }) => ({ host: name, fault: 'install-fails', hresult: '0x80070643', times: 1 }),
  },
  {
    fits: ({ roles }) => roles.includes('file'),
    order: ({ name }) => ({ host: name, fault: 'low-disk', freeMb: 900 }),
  },
  {
    fits: () => true,
    order: ({ name }) => ({ host: name, fault: 'off-network' }),
  },
];

/**
 * The believable troubles of a demo plant: one for every six hosts or so, four at most, each on a host of its own; never on
 * a canary, a control-plane host or a member of a redundancy group. The same inventory gives the same orders.
 */
export function defaultTroubles(inventory: Inventory): FaultOrder[] {
  const patchable = inventory.hosts.filter((host) => !host.controlPlane);
  // From the end, so that the first hosts of a small plant stay well.
  const candidates = patchable
    .filter((host) => host.redundancyGroup === undefined && !host.tags.includes('canary'))
    .toReversed();
  const orders: FaultOrder[] = [];
  const wanted = Math.ceil((patchable.length - 2) / 6);
  for (const trouble of TROUBLES) {
    if (orders.length >= wanted) break;
    const at = candidates.findIndex((host) => trouble.fits(host));
    const [host] = at === -1 ? [] : candidates.splice(at, 1);
    if (host !== undefined) orders.push(trouble.order(host));
  }
  return orders;
}
