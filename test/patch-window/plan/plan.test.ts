import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InventoryHost } from '../../../model/inventory.ts';
import type { HostFacts, OfferedUpdate } from '../../../model/patch-window/facts.ts';
import {
  facts,
  host,
  input,
  MINUTE,
  NO_ROLES,
  NOW,
  organisation,
  plan,
  planned,
  read,
  sha256,
  update,
  type PlanResult,
} from './stage.ts';

const failure = (result: PlanResult) => (result.ok ? null : result.failure);
const hashOf = (result: PlanResult) => planned(result).planHash;
const target = (result: PlanResult, name = 'app01') =>
  planned(result).material.targets.find(({ id }) => id.startsWith(`${name}.`));
const objections = (result: PlanResult) =>
  planned(result)
    .guards.filter(({ verdict }) => verdict !== 'note')
    .map(({ target: on, verdict, failure: type }) => [on?.split('.')[0], verdict, type]);

/** The same JSON with the keys of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, shuffled(inner)]),
  );
}

describe('the plan hash', () => {
  it('does not depend on the order of keys', () => {
    const hosts = [host('app01'), host('app02')];
    const surveyed = hosts.map(({ name }) => read(facts(name.slice(0, 5))));
    const turned = plan({
      input: shuffled(input()),
      organisation: shuffled(organisation(hosts)) as ReturnType<typeof organisation>,
      surveyed: shuffled(surveyed) as typeof surveyed,
    });
    expect(hashOf(turned)).toBe(hashOf(plan()));
  });

  it('does not depend on what is observed only', () => {
    const observed = fc.record({
      freeDiskMb: fc.integer({ min: 5000, max: 1_000_000 }),
      bootTime: fc
        .date({ min: new Date('2026-01-01'), max: new Date(NOW), noInvalidDate: true })
        .map((at) => at.toISOString()),
      lastVerifiedBackupAt: fc.constantFrom(null, NOW, '2026-11-19T18:00:00Z'),
      lastScanAt: fc.constantFrom(NOW, '2026-11-15T00:00:00Z'),
      pendingReboot: fc.subarray(['windows-update', 'file-rename']),
      runningServices: fc.subarray(['WinRM', 'W32Time']),
    });
    const permissive = input({ finishPendingReboot: true });
    const expected = hashOf(plan({ input: permissive }));
    fc.assert(
      fc.property(observed, (shown) => {
        const result = plan({ input: permissive, surveys: [facts('app01', shown), facts('app02')] });
        expect(hashOf(result)).toBe(expected);
      }),
      { numRuns: 40 },
    );
  });

  it.each<[string, Parameters<typeof plan>[0]]>([
    ['a target', { hosts: [host('app01'), host('app02'), host('app03')] }],
    ['an inventory entry', { hosts: [host('app01', { owner: 'Somebody Else' }), host('app02')] }],
    ['an update', { surveys: [facts('app01', { offered: [update('KB5000009')] }), facts('app02')] }],
    [
      "an update's revision",
      { surveys: [facts('app01', { offered: [update('KB5000001', { revision: 2 })] }), facts('app02')] },
    ],
    ['a script', { scripts: { 'Get-HostState.ps1': 'b'.repeat(64) } }],
    ['a limit', { organisation: organisation([host('app01'), host('app02')], { maxRounds: 5 }) }],
    ['the end of the window', { input: input({ window: { closes: '+5h' } }) }],
    ['the waves', { input: input({ waves: [{ rest: true }] }) }],
    ['the reboot policy', { input: input({ reboot: 'always' }) }],
    ['a probe', { input: input({ probes: [{ targets: {}, probe: { kind: 'tcp', port: 80 } }] }) }],
    [
      'a role that the host holds',
      { surveys: [facts('app01', { roles: { ...NO_ROLES, guests: ['vm'] } }), facts('app02')] },
    ],
  ])('changes with %s', (_name, change) => {
    expect(hashOf(plan(change))).not.toBe(hashOf(plan()));
  });

  it('is a SHA-256 in hex', () => {
    expect(hashOf(plan())).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('a target of the plan', () => {
  it('has its approved updates frozen by id and revision, and others left out', () => {
    const offered: OfferedUpdate[] = [
      update('KB5000002'),
      update('KB5000001'),
      update('KB5000003', { classification: 'Drivers' }),
    ];
    const result = plan({ surveys: [facts('app01', { offered }), facts('app02')] });
    expect(target(result)?.own.updates.map(({ kb, revision }) => [kb, revision])).toEqual([
      ['KB5000001', 1],
      ['KB5000002', 1],
    ]);
    expect(planned(result).material.own.approved.updates.map(({ kb }) => kb)).toEqual(['KB5000001', 'KB5000002']);
  });

  it('lists approved KBs that it has, that do not apply, and that it is not offered', () => {
    const kbs = ['KB5000001', 'KB5000005', { kb: 'KB5000006', os: 'Windows Server 2016' }, 'KB5000007'];
    const hosts = [host('app01'), host('app02', { os: 'Windows Server 2016' })];
    const installed = [{ kb: 'KB5000005', title: '', installedAt: '2026-10-01T00:00:00Z', supersedes: [] }];
    const result = plan({
      hosts,
      input: input({ updates: { kbs } }),
      surveys: [facts('app01', { installed }), facts('app02')],
    });
    expect(target(result)?.own.otherUpdates.map(({ kb, outcome }) => [kb, outcome])).toEqual([
      ['KB5000005', 'already-installed'],
      ['KB5000006', 'not-applicable'],
      ['KB5000007', 'not-offered'],
    ]);
    expect(planned(result).guards).toContainEqual(
      expect.objectContaining({ target: 'app01.corp.example', guard: 'updates', verdict: 'note' }),
    );
  });

  const vm = {
    kind: 'hyper-v',
    endpoint: 'hv.corp.example',
    vmId: 'vm',
    datastore: 'ssd01',
    sharedDisks: true,
  } as const;
  it.each<[string, Partial<InventoryHost>, Partial<HostFacts>, Record<string, unknown>, boolean]>([
    ['a virtual application server', {}, {}, {}, true],
    ['a physical server', { virtualization: 'physical' }, {}, {}, false],
    ['a SQL server', { roles: ['sql'] }, {}, {}, false],
    ['a machine with shared disks', { virtualization: vm }, {}, {}, false],
    ['a server that turns out to be a cluster node', {}, { roles: { ...NO_ROLES, guests: ['vm'] } }, {}, false],
    ['a server when the input takes none', {}, {}, { snapshot: { take: 'never' } }, false],
  ])('gets a snapshot or not: %s', (_name, changed, shown, change, expected) => {
    const hosts = [host('app01', changed), host('app02')];
    const result = plan({ hosts, input: input(change), surveys: [facts('app01', shown), facts('app02')] });
    expect(target(result)?.own.snapshot).toBe(expected);
    expect(target(result)?.own.snapshotReason).not.toBe('');
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    [
      'a snapshot that is kept excludes its group only',
      { snapshot: { take: 'when-possible', keep: '24h' } },
      ['group/pair'],
    ],
    [
      'one removed in the same turn does too: the removal itself waits for the datastore',
      { snapshot: { take: 'when-possible', keep: '0s' } },
      ['group/pair'],
    ],
    ['no snapshot excludes its group only', { snapshot: { take: 'never', keep: '0s' } }, ['group/pair']],
  ])('%s', (_name, change, expected) => {
    const hosts = [host('app01', { redundancyGroup: 'pair' }), host('app02')];
    expect(target(plan({ hosts, input: input(change) }))?.exclusive).toEqual(expected);
  });

  it('reads its steps to the operator', () => {
    expect(target(plan())?.steps).toEqual([
      'Check roles, backup, pending reboot, disk and scan again',
      'Maintenance mode on scom.corp.example: app01.corp.example',
      'Snapshot on hv.corp.example, datastore ssd01, kept for 24 h',
      'Install KB5000001 (100 MB)',
      'Reboot when Windows asks for it',
      'Scan again until no approved update is left',
      'Verify services, 0 probes',
      'End maintenance mode',
    ]);
  });

  it('has the reboot limit of its class, where the settings give one', () => {
    const hosts = [host('app01', { durationClass: 'database' }), host('app02')];
    const rebootLimits = planned(plan({ hosts })).material.targets.map(({ id, own }) => [id, own.rebootMs]);
    expect(rebootLimits).toEqual([
      ['app01.corp.example', 90 * 60_000],
      ['app02.corp.example', undefined],
    ]);
  });

  it('carries the probes that the input adds', () => {
    const probe = { kind: 'tcp', port: 8443 };
    const result = plan({ input: input({ probes: [{ targets: { names: ['APP01'] }, probe }] }) });
    expect(target(result)?.own.probes).toEqual([probe]);
    expect(target(result, 'app02')?.own.probes).toBeUndefined();
  });
});

describe('guards at planning', () => {
  it('keep a refused host in targets and waves', () => {
    const result = plan({ surveys: [facts('app01', { freeDiskMb: 1 }), facts('app02')] });
    expect(objections(result)).toEqual([['app01', 'refuse', 'LowDisk']]);
    expect(planned(result).material.targets).toHaveLength(2);
    expect(planned(result).material.waves.flatMap(({ targets }) => targets)).toHaveLength(2);
  });

  it('keep out a host that was not reached, that could not be read, or of which the survey says nothing', () => {
    const hosts = ['app01', 'app02', 'app03', 'app04'].map((name) => host(name));
    const result = plan({
      hosts,
      surveyed: [
        { id: 'app01.corp.example', status: 'unreachable', reason: 'no route', simulated: ['plant'] },
        { id: 'app02.corp.example', status: 'unreadable', reason: 'bad answer', simulated: [] },
        read(facts('app03'), ['powershell']),
      ],
    });
    expect(objections(result)).toEqual([
      ['app01', 'refuse', 'HostUnreachable'],
      ['app02', 'refuse', 'ScriptFailed'],
      ['app04', 'refuse', 'HostUnreachable'],
    ]);
    expect(planned(result).observed.own['app01.corp.example']).toEqual({ reachable: false, reason: 'no route' });
    expect(planned(result).simulated).toEqual(['plant', 'powershell']);
  });

  it('keep out a host whose duration nobody knows', () => {
    expect(objections(plan({ hosts: [host('app01', { durationClass: 'odd' }), host('app02')] }))).toEqual([
      ['app01', 'ask', 'FactMissing'],
    ]);
  });

  it('say which host no turn looks at again: one that is kept out by its place, its class, or for want of an answer', () => {
    const hosts = [
      host('app01', { durationClass: 'odd' }),
      host('app02', { controlPlane: true }),
      ...['app03', 'app04', 'app05'].map((name) => host(name)),
    ];
    const surveys = ['app01', 'app02', 'app04', 'app05'].map((name) =>
      facts(name, name === 'app04' ? { freeDiskMb: 1 } : {}),
    );
    const { guards } = planned(plan({ hosts, surveys }));
    const kept = guards.filter(({ verdict }) => verdict !== 'note');
    expect(kept.map(({ target: on, needsNewPlan }) => [on?.split('.')[0], needsNewPlan])).toEqual([
      ['app01', true],
      ['app02', true],
      ['app03', true],
      ['app04', undefined],
    ]);
  });

  it('keep out the one host that takes longer than the window', () => {
    const hosts = [host('app01', { durationClass: 'database' }), host('app02')];
    expect(objections(plan({ hosts, input: input({ window: { closes: '+40m' } }) }))).toEqual([
      ['app01', 'refuse', 'WindowClosing'],
    ]);
  });

  it.each<[string, Record<string, unknown>[], string[][]]>([
    ['in an earlier wave', [{ tag: 'control' }, { rest: true }], [['jump01', 'refuse', 'ControlPlane']]],
    ['in a last wave with others', [{ count: 1 }, { rest: true }], [['jump01', 'refuse', 'ControlPlane']]],
    ['alone in the last wave', [{ count: 1 }, { tag: 'others' }, { tag: 'control' }], []],
  ])('refuse a control-plane host %s', (_name, waves, expected) => {
    const hosts = [
      host('app01'),
      host('app02', { tags: ['others'] }),
      host('jump01', { controlPlane: true, tags: ['control'], criticality: 'high' }),
    ];
    expect(objections(plan({ hosts, input: input({ waves }) }))).toEqual(expected);
  });

  it.each<[string, string[], string[][]]>([
    ['with a target on it', ['APP01'], [['hv01', 'refuse', 'ControlPlane']]],
    ['with other machines on it', ['elsewhere'], []],
  ])('refuse a hypervisor %s', (_name, guests, expected) => {
    const hosts = [host('app01'), host('app02'), host('hv01', { roles: ['hypervisor'], virtualization: 'physical' })];
    const surveys = [facts('app01'), facts('app02'), facts('hv01', { roles: { ...NO_ROLES, guests } })];
    expect(objections(plan({ hosts, surveys, input: input({ waves: [{ rest: true }] }) }))).toEqual(expected);
  });

  it('refuse the whole plan when no host is left, with every reason', () => {
    const result = plan({ surveys: [facts('app01', { freeDiskMb: 1 }), facts('app02', { lastScanAt: null })] });
    expect(failure(result)).toBe('PlanRefused');
    expect(result.ok ? [] : result.problems.map(({ path }) => path)).toEqual([
      'app01.corp.example',
      'app02.corp.example',
    ]);
  });

  it('pass bad input on with its problems', () => {
    const result = plan({ input: input({ change: 'x', soak: 'y' }) });
    expect(result).toMatchObject({
      ok: false,
      failure: 'InvalidInput',
      problems: [{ path: 'change' }, { path: 'soak' }],
    });
  });
});

describe('the plan as a whole', () => {
  it('expects its end after waves, soak, and turns that exclude each other', () => {
    const hosts = [1, 2, 3].map((number) => host(`app0${number}`, { redundancyGroup: 'one' }));
    const { observed } = planned(plan({ hosts, input: input({ waves: [{ count: 1 }, { rest: true }], soak: '10m' }) }));
    expect(Date.parse(observed.expectedEnd) - Date.parse(NOW)).toBe((30 + 10 + 60) * MINUTE);
  });

  it('carries the opening of its window and expects its end counted from there', () => {
    const { material, observed } = planned(plan({ input: input({ window: { opens: '22:00', closes: '05:00' } }) }));
    expect(material.window).toMatchObject({ opensAt: '2026-11-20T21:00:00Z', closesAt: '2026-11-21T04:00:00Z' });
    expect(Date.parse(observed.expectedEnd) - Date.parse('2026-11-20T21:00:00Z')).toBe(70 * MINUTE);
  });

  it.each([
    ['its start', {}],
    ['its opening', { opens: '+2h' }],
  ])('says when not everything fits into the window, counted from %s', (_name, opening) => {
    const hosts = [1, 2, 3].map((number) => host(`app0${number}`, { redundancyGroup: 'one' }));
    const window = { ...opening, closes: '+45m' };
    const { guards } = planned(plan({ hosts, input: input({ window, waves: [{ rest: true }] }) }));
    expect(guards).toMatchObject([{ target: null, guard: 'window', verdict: 'note' }]);
  });

  it('is refused as too large rather than sent', () => {
    const hosts = Array.from({ length: 400 }, (_, index) => host(`srv${index}`));
    const result = plan({ hosts });
    expect(failure(result)).toBe('PlanTooLarge');
    expect(result.ok ? '' : result.problems[0]?.expected).toContain('split');
  });

  it('is the same for the same input and facts', () => {
    expect(plan()).toEqual(plan());
    expect(sha256('')).toMatch(/^e3b0c442/);
  });
});
