import { describe, expect, test } from 'vitest';
import { checkNode, powerShellFinding } from '../../../cli/doctor/check-machine.ts';
import { payloadFinding, retentionFinding, searchAttributeFindings } from '../../../cli/doctor/check-server.ts';
import { bad, exitOfFindings, good, note } from '../../../cli/doctor/finding.ts';
import { renderFindings } from '../../../cli/render/findings.ts';
import { PLAIN } from '../fixtures.ts';

const SERVER = { address: 'temporal.corp.example:7233', namespace: 'plants' };
const HOUR_MS = 3_600_000;

describe('the doctor', () => {
  test.each([
    ['all good', [good('a', ''), note('b', '')], 0],
    [
      'configuration before all else',
      [bad('a', '', { about: 'connection' }), bad('b', '', { about: 'configuration' })],
      2,
    ],
    ['nothing reachable', [bad('a', ''), bad('b', '', { about: 'connection' })], 4],
    ['any other finding', [good('a', ''), bad('b', '')], 1],
  ])('exits by its worst finding: %s', (_name, findings, code) => {
    expect(exitOfFindings(findings)).toBe(code);
  });

  test.each([
    ['20.19.0', 'good'],
    ['24.1.0', 'good'],
    ['20.18.9', 'bad'],
    ['18.20.0', 'bad'],
  ])('judges Node %s as %s', (version, verdict) => {
    expect(checkNode(version).verdict).toBe(verdict);
  });

  test.each([
    ['7.5.1', [], 'good'],
    ['7.5.1-simulated', ['powershell'], 'note'],
    ['7.4.9', [], 'bad'],
  ])('judges PowerShell %s', (version, simulated, verdict) => {
    expect(powerShellFinding(version, simulated).verdict).toBe(verdict);
  });

  test.each([
    [23 * HOUR_MS, 'bad'],
    [24 * HOUR_MS, 'note'],
    [720 * HOUR_MS, 'good'],
  ])('judges a retention of %i ms as %s', (retention, verdict) => {
    expect(retentionFinding(retention, SERVER).verdict).toBe(verdict);
  });

  test.each([
    [2 * 1024 * 1024, 'good'],
    [2 * 1024 * 1024 - 1, 'bad'],
    [null, 'note'],
  ])('judges a limit of payloads of %s bytes as %s, and says what a server does not tell', (bytes, verdict) => {
    const finding = payloadFinding(bytes);
    expect(finding.verdict).toBe(verdict);
    expect(finding.text).toContain('not tell');
    if (verdict !== 'good') expect(finding.mend).toContain('limit.blobSize.error');
  });

  test('offers the command that creates each missing search attribute, and sees a wrong type', () => {
    const all = {
      FettleRunbook: 2,
      FettleSite: 7,
      FettleChange: 2,
      FettleOutcome: 2,
      FettleQuestion: 2,
      FettleTarget: 7,
      FettleLocks: 7,
    };
    expect(searchAttributeFindings(all, SERVER).map(({ verdict }) => verdict)).toEqual(['good']);
    const { FettleTarget: _, ...others } = all;
    const [wrong, missing] = searchAttributeFindings({ ...others, FettleSite: 1 }, SERVER);
    expect(wrong).toMatchObject({ check: 'Search attribute FettleSite', verdict: 'bad' });
    expect(missing?.mend).toBe(
      'temporal operator search-attribute create --address temporal.corp.example:7233 --namespace plants --name FettleTarget --type KeywordList',
    );
  });

  test('says how to mend each finding', () => {
    expect(renderFindings([bad('Workers on control', 'none', { mend: 'npx fettle worker' })], PLAIN)).toBe(
      'BAD   Workers on control: none\n        to mend: npx fettle worker\n\n1 thing needs mending before runs can work.',
    );
  });
});
