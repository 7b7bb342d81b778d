import { describe, expect, it } from 'vitest';
import { resolveTargets, type TargetChoice } from '../../../runbooks/input/targets.ts';
import { host, input, organisation, resolve } from './stage.ts';

const inventory = [
  host('sql01', { roles: ['sql'], tags: ['a'] }),
  host('app01', { tags: ['a'] }),
  host('app02', { tags: ['b'] }),
  host('app03', { site: 'vestby', tags: ['a'] }),
];

function choose(targets: TargetChoice['targets'], site = ['nordhavn'], hosts = inventory) {
  return resolveTargets({ site, targets }, organisation(hosts));
}
const names = (...given: Parameters<typeof choose>) => {
  const found = choose(...given);
  return found.ok ? found.value.map(({ name }) => name.split('.')[0]) : found.problems.map(({ path }) => path);
};
const firstProblem = (...given: Parameters<typeof choose>) => {
  const found = choose(...given);
  return found.ok ? undefined : found.problems[0];
};

describe('targets', () => {
  it.each<[string, TargetChoice['targets'], string[]]>([
    ['by short name in any case', { names: ['SQL01'] }, ['sql01']],
    ['by full name, with the final dot', { names: ['Sql01.corp.example.'] }, ['sql01']],
    ['by tag', { tags: ['a'] }, ['app01', 'sql01']],
    ['by role', { roles: ['sql'] }, ['sql01']],
    ['by name and tag together', { names: ['app02'], roles: ['sql'] }, ['app02', 'sql01']],
    ['all of the site', { all: true }, ['app01', 'app02', 'sql01']],
    ['less what is excluded by name', { all: true, exclude: { names: ['APP01'] } }, ['app02', 'sql01']],
    ['less what is excluded by tag and role', { all: true, exclude: { tags: ['b'], roles: ['sql'] } }, ['app01']],
  ])('are chosen %s', (_name, targets, expected) => {
    expect(names(targets)).toEqual(expected);
  });

  it('come from every site that is named', () => {
    expect(names({ tags: ['a'] }, ['nordhavn', 'vestby'])).toEqual(['app01', 'app03', 'sql01']);
  });

  it.each<[string, TargetChoice['targets'], string]>([
    ['an unknown host', { names: ['app01', 'web01'] }, 'targets.names[1]'],
    ['one host by two names', { names: ['SQL01', 'sql01.corp.example'] }, 'targets.names[1]'],
    ['a host of another site', { names: ['app03'] }, 'targets.names[0]'],
    ['an unknown tag', { tags: ['c'] }, 'targets.tags[0]'],
    ['an unknown host to exclude', { all: true, exclude: { names: ['web01'] } }, 'targets.exclude.names[0]'],
    ['an empty selection', { tags: ['a'], exclude: { tags: ['a'] } }, 'targets'],
  ])('are refused for %s', (_name, targets, path) => {
    expect(names(targets)).toEqual([path]);
  });

  it('suggest the host that was meant', () => {
    expect(firstProblem({ names: ['sql1'] })?.expected).toBe('did you mean sql01?');
    expect(firstProblem({ names: ['app01.corp.exmaple'] })?.expected).toContain('app01.corp.example');
  });

  it('are refused when the inventory has a host twice', () => {
    expect(firstProblem({ all: true }, ['nordhavn'], [...inventory, host('app01')])).toMatchObject({
      path: 'targets',
      message: 'the inventory has app01.corp.example 2 times',
    });
  });

  it('are refused for a short name that means several hosts', () => {
    const other = host('sql01', { name: 'sql01.lab.example' });
    expect(firstProblem({ names: ['sql01'] }, ['nordhavn'], [...inventory, other])?.message).toBe(
      'sql01 means several hosts',
    );
  });

  it('are refused for a site that does not exist', () => {
    expect(firstProblem({ all: true }, ['nordhaven'])).toMatchObject({
      path: 'site',
      expected: 'one of nordhavn, vestby',
    });
  });
});

/** The budget of an input, or the paths of its problems. */
function budgetOrPaths(change: Record<string, unknown>) {
  const resolved = resolve(input(change), organisation(inventory));
  return resolved.ok ? resolved.value.failureBudget : resolved.problems.map(({ path }) => path);
}

describe('budget and window', () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    ['a percentage is rounded up', { failureBudget: { percent: 34 } }, 2],
    ['a percentage is one target at least', { failureBudget: { percent: 1 } }, 1],
    ['a count may be as many as the targets', { failureBudget: { count: 3 } }, 3],
    ['a count that can never be hit is a problem', { failureBudget: { count: 4 } }, ['failureBudget.count']],
    ['a window too short for one target is a problem', { window: { closes: '+29m' } }, ['window.closes']],
    [
      'a window too short for one target from its opening on is a problem',
      { window: { opens: '+2h', closes: '+29m' } },
      ['window.closes'],
    ],
    ['a window that fits one target is none', { window: { closes: '+30m' } }, 1],
    [
      'an operating system that nobody has is a problem',
      { updates: { kbs: [{ kb: 'KB5000001', os: 'Windows 95' }] } },
      ['updates.kbs[0].os'],
    ],
    [
      'a probe for a host that is no target is a problem',
      { probes: [{ targets: { names: ['app03'] }, probe: { kind: 'tcp', port: 80 } }] },
      ['probes[0].targets.names[0]'],
    ],
  ])('%s', (_name, change, expected) => {
    expect(budgetOrPaths(change)).toEqual(expected);
  });

  it('asks for the time zone when the sites have different ones', () => {
    const two = organisation(inventory);
    two.sites[1] = { name: 'vestby', title: 'Vestby', timeZone: 'Europe/London' };
    const sites = ['nordhavn', 'vestby'];
    const resolved = resolve(input({ site: sites }), two);
    expect(resolved.ok ? [] : resolved.problems.map(({ path }) => path)).toEqual(['window.timeZone']);
    expect(resolve(input({ site: sites, window: { closes: '+4h', timeZone: 'UTC' } }), two).ok).toBe(true);
  });
});
