import type { ServerKind } from './role-profiles.ts';

/** One server, or the two of a pair that stay together. */
export interface Unit {
  kind: ServerKind;
  site: 'nordhavn' | 'vestby';
  size: 1 | 2;
  canary: boolean;
}

const single = (kind: ServerKind, site: Unit['site'], canary = false): Unit => ({ kind, site, size: 1, canary });
const pair = (kind: ServerKind, site: Unit['site']): Unit => ({ kind, site, size: 2, canary: false });

/** The first 24 hosts. Ordinary servers come first, so that a plant of one or two hosts has something to patch. */
const FIRST_BLOCK: Unit[] = [
  single('application', 'nordhavn', true),
  single('file', 'vestby'),
  single('application', 'vestby', true),
  single('sql', 'vestby'),
  pair('domain-controller', 'nordhavn'),
  pair('domain-controller', 'vestby'),
  pair('availability-group', 'nordhavn'),
  pair('scada', 'nordhavn'),
  pair('scada', 'vestby'),
  single('file', 'nordhavn', true),
  single('sql', 'nordhavn'),
  single('application', 'nordhavn'),
  single('application', 'vestby'),
  single('file', 'vestby'),
  single('application', 'nordhavn'),
  single('sql', 'vestby'),
  single('file', 'nordhavn'),
  single('application', 'vestby'),
  single('application', 'nordhavn'),
];

/** Later blocks: a site does not get more domain controllers as it grows, and canaries stay few. */
const LATER_BLOCK: Unit[] = FIRST_BLOCK.flatMap((unit) =>
  unit.kind === 'domain-controller'
    ? [single('application', unit.site), single('application', unit.site)]
    : [{ ...unit, canary: false }],
);

/** Units whose sizes sum to `hosts`. A pair that no longer fits becomes an application server: half a pair is none. */
export function layOut(hosts: number): Unit[] {
  const units: Unit[] = [];
  let left = hosts;
  for (let block = FIRST_BLOCK; left > 0; block = LATER_BLOCK) {
    for (const unit of block) {
      if (left === 0) break;
      const fitting = unit.size <= left ? unit : single('application', unit.site);
      units.push(fitting);
      left -= fitting.size;
    }
  }
  return units;
}
