import { describe, expect, it } from 'vitest';
import type { ApprovedSet } from '../../../model/patch-window/plan.ts';
import { freezeApproval } from '../../../runbooks/patch-window/approval.ts';
import { isApproved, updateOutcomes } from '../../../runbooks/patch-window/updates.ts';
import type { UpdateFacts } from '../../../runbooks/patch-window/updates.ts';
import { update } from './stage.ts';

const OS = 'Windows Server 2022';
const A = update('KB5000001');
const B = update('KB5000002');

function approved(change: Partial<ApprovedSet> = {}): ApprovedSet {
  return { kbs: [], classifications: [], excludedKbs: [], updates: [], ...change };
}
const byName = (kb: string, os: string[] | null = null) => approved({ kbs: [{ kb, os }] });
const installed = (kb: string, supersedes: string[] = [], installedAt = '2026-11-01T00:00:00Z') => ({
  kb,
  title: kb,
  installedAt,
  supersedes,
});
const history = (kb: string, result: 'succeeded' | 'failed', hresult = '0x00000000', at = '2026-11-20T19:00:00Z') => ({
  id: update(kb).id,
  kb,
  result,
  hresult,
  at,
});

describe('an update', () => {
  it.each<[string, ApprovedSet, boolean]>([
    ['frozen by id and revision', approved({ updates: [{ id: A.id, revision: 1, kb: A.kb }] }), true],
    ['frozen in another revision', approved({ updates: [{ id: A.id, revision: 2, kb: A.kb }] }), false],
    ['whose KB is approved', byName(A.kb), true],
    ['whose KB is approved for this operating system', byName(A.kb, ['windows server 2022']), true],
    ['whose KB is approved for another one', byName(A.kb, ['Windows Server 2016']), false],
    [
      'whose KB is excluded',
      { ...byName(A.kb), excludedKbs: [A.kb], updates: [{ id: A.id, revision: 1, kb: A.kb }] },
      false,
    ],
    ['of an approved classification that was not frozen', approved({ classifications: ['Security Updates'] }), false],
  ])('%s: approved is what is expected', (_name, set, expected) => {
    expect(isApproved(A, set, OS)).toBe(expected);
  });

  it('is frozen when its KB or its classification is approved, on hosts it is approved for, and never when excluded', () => {
    const offers = [
      { os: OS, facts: { offered: [A, B, update('KB5000003', { classification: 'Drivers' })] } },
      { os: 'Windows Server 2016', facts: { offered: [update('KB5000004', { classification: 'Drivers' }), A] } },
    ];
    const set = freezeApproval(
      {
        classifications: ['security updates'],
        kbs: [
          { kb: 'KB5000003', os: ['Windows Server 2016'] },
          { kb: 'KB5000004', os: ['Windows Server 2016'] },
        ],
        excludeKbs: ['KB5000002'],
      },
      offers,
    );
    expect(set.updates.map(({ kb }) => kb)).toEqual(['KB5000001', 'KB5000004']);
  });

  it('approved once for one system and once for all is approved for all', () => {
    const set = freezeApproval(
      {
        kbs: [
          { kb: 'KB5000001', os: [OS] },
          { kb: 'KB5000001', os: null },
        ],
      },
      [],
    );
    expect(set.kbs).toEqual([{ kb: 'KB5000001', os: null }]);
  });
});

describe('the outcome of an approved update', () => {
  const set = byName(A.kb);
  const nothing: UpdateFacts = { offered: [], installed: [] };
  it.each<[string, ApprovedSet, UpdateFacts, [string, string]]>([
    ['offered and not tried', set, { ...nothing, offered: [A] }, ['not-attempted', '']],
    ['there before', set, { ...nothing, installed: [installed(A.kb)] }, ['already-installed', '']],
    [
      'there since the turn began',
      set,
      { ...nothing, installed: [installed(A.kb)], since: '2026-10-31T00:00:00Z' },
      ['installed', ''],
    ],
    ['installed by the history', set, { ...nothing, history: [history(A.kb, 'succeeded')] }, ['installed', '']],
    [
      'failed by the history',
      set,
      { ...nothing, offered: [A], history: [history(A.kb, 'failed', '0x80070643')] },
      ['failed', '0x80070643'],
    ],
    [
      'failed and then installed',
      set,
      {
        ...nothing,
        history: [history(A.kb, 'succeeded', '0x0', '2026-11-20T20:00:00Z'), history(A.kb, 'failed', '0x80070643')],
      },
      ['installed', ''],
    ],
    ['superseded by what is there', set, { ...nothing, installed: [installed(B.kb, [A.kb])] }, ['superseded', B.kb]],
    [
      'superseded by what is approved',
      approved({ kbs: [{ kb: A.kb, os: null }], updates: [{ id: B.id, revision: 1, kb: B.kb }] }),
      { ...nothing, offered: [{ ...B, supersedes: [A.kb] }] },
      ['superseded', B.kb],
    ],
    [
      'superseded by what is not approved',
      set,
      { ...nothing, offered: [{ ...B, supersedes: [A.kb] }] },
      ['not-offered', 'superseded by KB5000002, which is not approved'],
    ],
    [
      'approved for other systems',
      byName(A.kb, ['Windows Server 2016']),
      nothing,
      ['not-applicable', 'approved for Windows Server 2016 only'],
    ],
    [
      'approved for other systems and offered here',
      byName(A.kb, ['Windows Server 2016']),
      { ...nothing, offered: [A] },
      ['not-applicable', 'approved for Windows Server 2016 only'],
    ],
    ['nowhere to be seen', set, nothing, ['not-offered', '']],
    ['frozen and gone', approved(), { ...nothing, frozen: [A] }, ['not-offered', '']],
  ])('%s', (_name, approvedSet, shown, [outcome, detail]) => {
    const found = updateOutcomes(approvedSet, OS, shown).find(({ kb }) => kb === A.kb);
    expect(found).toMatchObject({ outcome, detail });
  });

  it('is told once for each update, whoever names it', () => {
    const results = updateOutcomes({ ...set, updates: [{ id: A.id, revision: 1, kb: A.kb }] }, OS, {
      offered: [A],
      installed: [],
      frozen: [A],
    });
    expect(results).toEqual([{ kb: A.kb, id: A.id, outcome: 'not-attempted', detail: '' }]);
  });

  it('is told for updates without a KB by their id', () => {
    const driver = update('', { classification: 'Drivers' });
    const results = updateOutcomes(approved({ updates: [{ id: driver.id, revision: 1, kb: '' }] }), OS, {
      offered: [driver],
      installed: [],
    });
    expect(results).toEqual([{ kb: '', id: driver.id, outcome: 'not-attempted', detail: '' }]);
  });
});
