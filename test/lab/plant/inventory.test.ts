import { describe, expect, it } from 'vitest';
import { defaultTroubles, generateInventory } from '../../../lab/plant/index.ts';
import { canonicalName, REDUNDANT_ROLES } from '../../../model/inventory.ts';

describe('generateInventory', () => {
  it('gives the same inventory for the same number and seed, and another for another seed', () => {
    expect(generateInventory(24, 7)).toEqual(generateInventory(24, 7));
    expect(generateInventory(24, 7)).not.toEqual(generateInventory(24, 8));
  });

  it.each([1, 2, 3, 5, 6, 7, 13, 24, 25, 100, 5000])(
    'gives %i servers and the jump host, each of its own name',
    (n) => {
      const { hosts, endpoints } = generateInventory(n, 3);
      expect(hosts).toHaveLength(n + 1);
      const names = [...hosts, ...endpoints].map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(names.map(canonicalName)).toEqual(names);
    },
  );

  it.each([0, 5001, 2.5, Number.NaN])('refuses %d hosts', (n) => {
    expect(() => generateInventory(n, 3)).toThrow(/1 to 5000/);
  });

  it('keeps the control plane apart: only jump01, in no patch group', () => {
    const control = generateInventory(24, 7).hosts.filter((host) => host.controlPlane);
    expect(control.map(({ name, tags }) => [name, tags])).toEqual([['jump01.corp.example', ['control-plane']]]);
  });

  it('makes a site of every kind of server, with two or three canaries', () => {
    const servers = generateInventory(24, 7).hosts.filter((host) => !host.controlPlane);
    const count = (role: string): number => servers.filter((host) => host.roles.some((own) => own === role)).length;
    expect(['domain-controller', 'sql', 'availability-group', 'file', 'application', 'scada'].map(count)).toEqual([
      4, 5, 2, 4, 7, 4,
    ]);
    expect(new Set(servers.map(({ site }) => site))).toEqual(new Set(['nordhavn', 'vestby']));
    expect(servers.filter(({ tags }) => tags.includes('canary'))).toHaveLength(3);
  });

  it.each([2, 6, 24, 61])('gives redundant roles a group with a partner at the same site, among %i hosts', (n) => {
    const { hosts } = generateInventory(n, 7);
    const redundant = hosts.filter(({ roles }) => roles.some((role) => REDUNDANT_ROLES.includes(role)));
    for (const { name, site, redundancyGroup } of redundant) {
      const partners = hosts.filter((other) => other.redundancyGroup === redundancyGroup && other.name !== name);
      expect([name, redundancyGroup, partners.length]).toEqual([name, expect.any(String), 1]);
      expect(partners[0]?.site).toBe(site);
    }
  });

  it('names only endpoints that it has', () => {
    const { hosts, endpoints } = generateInventory(60, 7);
    const known = new Set(endpoints.map(({ name }) => name));
    const named = hosts.flatMap(({ virtualization, monitoring }) => [
      ...(virtualization === 'physical' ? [] : [virtualization.endpoint]),
      ...(monitoring === undefined ? [] : [monitoring.endpoint]),
    ]);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    expect(known.size).toBe(4);
  });
});

describe('defaultTroubles', () => {
  it('gives a demo of 24 hosts four troubles of four kinds, and the same ones again', () => {
    const inventory = generateInventory(24, 7);
    const troubles = defaultTroubles(inventory);
    expect(troubles.map(({ fault }) => fault).toSorted()).toEqual([
      'install-fails',
      'low-disk',
      'off-network',
      'service-stays-down',
    ]);
    expect(new Set(troubles.map(({ host }) => host)).size).toBe(4);
    expect(defaultTroubles(generateInventory(24, 7))).toEqual(troubles);
  });

  it.each([1, 3, 9, 24, 200])('leaves canaries, controllers and the control plane alone, among %i hosts', (n) => {
    const { hosts } = generateInventory(n, 7);
    const troubled = new Set(defaultTroubles(generateInventory(n, 7)).map(({ host }) => host));
    const spared = hosts.filter(
      ({ tags, roles, controlPlane }) => controlPlane || tags.includes('canary') || roles.includes('domain-controller'),
    );
    expect(spared.filter(({ name }) => troubled.has(name))).toEqual([]);
  });

  it('is gentler with small plants', () => {
    expect([1, 3, 9, 24].map((n) => defaultTroubles(generateInventory(n, 7)).length)).toEqual([0, 1, 2, 4]);
  });
});
