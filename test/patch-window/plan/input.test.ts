import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseInput } from '../../../runbooks/input/shared.ts';
import { patchWindowInput } from '../../../runbooks/patch-window/input.ts';
import { z } from 'zod';
import { host, input, organisation, resolve } from './stage.ts';

const runbook = new URL('../../../runbooks/patch-window/', import.meta.url);

function problems(value: unknown) {
  const parsed = parseInput(patchWindowInput, value);
  return parsed.ok ? [] : parsed.problems;
}
const paths = (value: unknown) => problems(value).map(({ path }) => path);

describe('the input of a patch window', () => {
  it('gives one list with five problems for five wrong fields, each with what would be right', () => {
    const found = problems({
      ...input({ waves: [{ count: 1 }, { percent: 400 }] }),
      change: 'tomorrow',
      soak: '10 minutes',
      failureBudget: { percent: 0 },
      window: { closes: 'late' },
    });
    expect(found.map(({ path }) => path).toSorted()).toEqual([
      'change',
      'failureBudget.percent',
      'soak',
      'waves[1].percent',
      'window.closes',
    ]);
    for (const { message, expected } of found) {
      expect(message).not.toBe('');
      expect(expected).toMatch(/such as|percent|\{|2026/);
    }
  });

  it.each<[string, string, unknown, string]>([
    ['that is missing, of one form', 'waves', undefined, 'this field is missing'],
    ['that is missing, of several forms', 'failureBudget', undefined, 'this field is missing'],
    ['of another type', 'dryRun', 'no', 'this is of type string, not boolean'],
    ['that is too short', 'reason', 'x', 'too short: at least 3 characters'],
  ])('says in plain words what is wrong with a field %s', (_name, path, value, message) => {
    expect(problems({ ...input(), [path]: value })).toMatchObject([{ path, message }]);
  });

  it('tells wrong targets together with wrong fields', () => {
    const value = input({ change: 'tomorrow', targets: { names: ['APP01', 'ap02'] } });
    const resolved = resolve(value, organisation([host('app01'), host('app02')]));
    expect(resolved.ok ? [] : resolved.problems.map(({ path }) => path)).toEqual(['change', 'targets.names[1]']);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'CHG0012345'],
    ['a list of inputs', [input()]],
  ])('is one object, not %s', (_name, value) => {
    expect(problems(value)).toMatchObject([{ path: '', expected: expect.stringContaining('One JSON object') }]);
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['a field that does not exist', { failureBugdet: 3 }, ['failureBugdet']],
    ['a nested field that does not exist', { targets: { all: true, rolls: ['sql'] } }, ['targets.rolls']],
    ['targets that choose nothing', { targets: { exclude: { tags: ['a'] } } }, ['targets']],
    ['nothing approved', { updates: { excludeKbs: ['KB5000001'] } }, ['updates']],
    [
      'a KB that is approved and excluded',
      { updates: { kbs: ['kb5000001'], excludeKbs: ['KB5000001'] } },
      ['updates.excludeKbs[0]'],
    ],
    ['a wrong KB in a list', { updates: { kbs: ['KB5000001', 'patch'] } }, ['updates.kbs[1]']],
    ['a KB entry with a wrong field', { updates: { kbs: [{ kb: 'KB5000001', os: [] }] } }, ['updates.kbs[0].os']],
    ['a wave of two sizes', { waves: [{ count: 1, percent: 10 }] }, ['waves[0]']],
    ['a wave of no size', { waves: [{ name: 'first' }] }, ['waves[0]']],
    ['no waves', { waves: [] }, ['waves']],
    ['a budget of nothing', { failureBudget: { count: 0 } }, ['failureBudget.count']],
    ['a soak of days', { soak: '2d' }, ['soak']],
    ['a snapshot kept too long', { snapshot: { take: 'when-possible', keep: '73h' } }, ['snapshot.keep']],
    ['an opening of no form', { window: { opens: 'late', closes: '+4h' } }, ['window.opens']],
    [
      'a time zone that does not exist',
      { window: { closes: '+4h', timeZone: 'Europe/Kobenhavn' } },
      ['window.timeZone'],
    ],
    [
      'a pending reboot to finish without reboots',
      { finishPendingReboot: true, reboot: 'never' },
      ['finishPendingReboot'],
    ],
    ['a probe without its port', { probes: [{ targets: {}, probe: { kind: 'tcp' } }] }, ['probes[0].probe.port']],
  ])('is refused for %s', (_name, change, expected) => {
    expect(paths(input(change))).toEqual(expected);
  });

  it('suggests the field that was meant', () => {
    expect(problems(input({ failureBugdet: 3 }))[0]?.message).toContain('did you mean "failureBudget"?');
  });

  it('fills in what was left out and reads units', () => {
    const parsed = parseInput(
      patchWindowInput,
      input({ soak: '90s', updates: { kbs: ['kb5000001', { kb: 'KB5000002', os: 'Windows Server 2016' }] } }),
    );
    expect(parsed.ok && parsed.value).toMatchObject({
      site: ['nordhavn'],
      soak: 90_000,
      reboot: 'when-required',
      snapshot: { take: 'when-possible', keep: 86_400_000 },
      finishPendingReboot: false,
      dryRun: false,
      updates: {
        kbs: [
          { kb: 'KB5000001', os: null },
          { kb: 'KB5000002', os: ['Windows Server 2016'] },
        ],
      },
    });
  });

  it('describes every field, for the start form', () => {
    const undescribed = Object.entries(patchWindowInput.shape).filter(([name]) => {
      const schema = z.toJSONSchema(patchWindowInput, { io: 'input' });
      const field = schema.properties?.[name];
      return typeof field !== 'object' || (field.description ?? '').length < 20;
    });
    expect(undescribed.map(([name]) => name)).toEqual([]);
  });
});

describe('the example input', () => {
  const yaml: unknown = parse(readFileSync(new URL('example.yaml', runbook), 'utf8'));

  it('is a good input', () => {
    expect(problems(yaml)).toEqual([]);
  });

  it('stands as JSON beside it, for the start form', () => {
    expect(JSON.parse(readFileSync(new URL('example.json', runbook), 'utf8'))).toEqual(yaml);
  });
});
