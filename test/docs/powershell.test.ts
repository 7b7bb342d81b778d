import { expect, test } from 'vitest';
import { isFailureType, type FailureType } from '../../model/failures.ts';
import { code, tableRows } from './markdown-table.ts';

/** Ways in which a call ends, as the page's first column has them. */
const ENDS = tableRows('docs/powershell.md').filter((row) => row.length === 5);

test('every failure type that the page names is one of the table', () => {
  const types = ENDS.flatMap(([, type = '']) => [...type.matchAll(/`([A-Za-z]+)`/g)].map(([, name = '']) => name));
  expect(types.length).toBeGreaterThanOrEqual(10);
  expect(types.filter((type) => !isFailureType(type))).toEqual([]);
});

test('every failure type of reaching a host that the boundary can end in has its row', () => {
  const boundary = [
    'HostUnreachable',
    'HostLost',
    'ShellTimeout',
    'ShellCancelled',
    'ShellFailure',
    'ScriptNotPinned',
    'SecretMissing',
    'TransportRefused',
    'ContractViolation',
  ] satisfies FailureType[];
  const named = ENDS.map(([, type]) => code(type));
  expect(named).toEqual(expect.arrayContaining(boundary));
});
