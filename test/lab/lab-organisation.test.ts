import { join } from 'node:path';
import { expect, test } from 'vitest';
import { labOrganisation } from '../../lab/lab-organisation.ts';
import { patchSettings } from '../../runbooks/patch-window/settings.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { requireOrganisation } from '../../workers/require-organisation.ts';

const configured = requireOrganisation(join(checkoutDir, 'config'));

test('without a number of hosts the lab has the configured inventory', () => {
  const { inventory } = labOrganisation(configured, { seed: 1, scale: 60 });
  expect(inventory).toEqual(configured.inventory);
});

test('with a number of hosts the inventory is generated, the same for the same seed', () => {
  const first = labOrganisation(configured, { hosts: 12, seed: 7, scale: 60 });
  const second = labOrganisation(configured, { hosts: 12, seed: 7, scale: 60 });
  expect(first.inventory.hosts.filter(({ controlPlane }) => !controlPlane)).toHaveLength(12);
  expect(first).toEqual(second);
});

test('limits on simulated time shrink with the pace of the plant, but never below what a shell needs', () => {
  const { installMs } = patchSettings(configured).limits;
  const limitsAt = (scale: number): number =>
    patchSettings(labOrganisation(configured, { seed: 1, scale })).limits.installMs;
  expect(limitsAt(2)).toBe(installMs / 2);
  expect(limitsAt(1e9)).toBe(20_000);
});

test('single limits can be replaced, and what is not about time stays', () => {
  const changed = labOrganisation(configured, { seed: 1, scale: 60, limits: { callMs: 1, maxRounds: 2 } });
  const { retryAttempts } = configured.policies.limits;
  expect(changed.policies.limits).toMatchObject({ callMs: 1, retryAttempts });
  const { freeDiskMb } = patchSettings(configured).limits;
  expect(patchSettings(changed).limits).toMatchObject({ maxRounds: 2, freeDiskMb });
});
