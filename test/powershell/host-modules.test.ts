import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HOST_MODULES } from '../../activities/powershell/host-modules.ts';
import { isFailureType } from '../../model/failures.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';

const read = (path: string | URL): string => readFileSync(path, 'utf8');
const nameOf = (path: string): string => basename(path, '.ps1');

describe.each(Object.entries(HOST_MODULES))('the host module %s', (_name, files) => {
  test('ends with what a script may see of it', () => {
    expect(files.map(nameOf).indexOf('Export')).toBe(files.length - 1);
  });

  test('stops at the error of a cmdlet, whatever the script that calls it prefers', () => {
    expect(read(files.at(-1) ?? '')).toMatch(/^\$ErrorActionPreference = 'Stop'$/m);
  });

  test.each(files.filter((path) => /^(Start|Stop|New|Remove|Restart)-Fettle/.test(nameOf(path))))(
    '%s changes nothing with -WhatIf',
    (path) => {
      const text = read(path);
      expect(text).toContain('[CmdletBinding(SupportsShouldProcess)]');
      expect(text).toContain('$PSCmdlet.ShouldProcess(');
    },
  );
});

test('every error id that the Windows module throws means something to a contract', () => {
  const thrown = HOST_MODULES.windows.flatMap((path) =>
    [...read(path).matchAll(/-Id '?(Fettle\w+)/g)].map(([, id = '']) => id),
  );
  const tables = Object.values(SCRIPTS).flatMap(({ failures }) => Object.entries(failures));
  const known = tables.filter(([, type]) => isFailureType(type)).map(([id]) => id);
  expect(new Set(thrown).size).toBeGreaterThan(4);
  expect([...new Set(thrown)].filter((id) => !known.includes(id))).toEqual([]);
});

test('every script on a host says when the address leads to another machine', () => {
  const onHosts = Object.values(SCRIPTS).filter(({ file }) => read(file).includes('Connect-FettleHost'));
  expect(onHosts.length).toBeGreaterThan(7);
  expect(onHosts.filter(({ failures }) => !('FettleWrongHost' in failures)).map(({ name }) => name)).toEqual([]);
});

describe('the program that runs as SYSTEM', () => {
  const path = HOST_MODULES.windows.find((file) => nameOf(file) === 'Invoke-UpdateInstallation') ?? '';

  test('calls no other function of the module, since it runs alone', () => {
    const others = HOST_MODULES.windows.map(nameOf).filter((name) => name !== nameOf(path) && name !== 'Export');
    expect(others.filter((name) => new RegExp(`${name}(?![\\w-])`).test(read(path)))).toEqual([]);
  });

  test('is ASCII, as Windows PowerShell reads a file without a byte order mark in the local code page', () => {
    expect(readFileSync(path).filter((byte) => byte > 127)).toHaveLength(0);
  });

  test('goes on when whoever reads its progress is in the way', () => {
    expect(read(path)).toMatch(/for \(\$attempt = 1; \$true; \$attempt\+\+\) \{\s+try \{[^}]+Replace\(/);
  });

  test('is written from the text of its function, and compared with it before each start', () => {
    const starter = HOST_MODULES.windows.find((file) => nameOf(file) === 'Start-FettleUpdateTask') ?? '';
    expect(read(starter)).toMatch(/Get-Command -Name Invoke-UpdateInstallation\)\.Definition/);
    expect(read(starter)).toMatch(/Assert-OwnTask [^\n]*-ProgramText \$programText\n\s+Start-ScheduledTask/);
  });
});

describe('the program that asks the Windows Update Agent as SYSTEM', () => {
  const files = new Map(HOST_MODULES.windows.map((path) => [nameOf(path), path]));
  const text = (name: string): string => read(files.get(name) ?? '');
  const carried = [...(/\$names = ([^\n]+)/.exec(text('Get-ReaderText'))?.[1]?.matchAll(/'([\w-]+)'/g) ?? [])].map(
    ([, name = '']) => name,
  );
  const readers = [...files.values()].flatMap((path) =>
    [...read(path).matchAll(/-Reader '([\w-]+)'/g)].map(([, name = '']) => name),
  );

  test('is there for every reader', () => {
    expect(new Set(readers).size).toBe(4);
    expect(readers.filter((name) => !files.has(name))).toEqual([]);
    expect(carried.filter((name) => !files.has(name))).toEqual([]);
  });

  test.each([...new Set([...readers, ...carried])])('%s calls no function that it does not carry', (name) => {
    const called = [...files.keys()].filter((other) => new RegExp(`(?<![\\w-])${other}(?![\\w-])`).test(text(name)));
    expect(called.filter((other) => other !== name && !carried.includes(other))).toEqual([]);
    expect(text(name)).not.toContain('$script:');
    expect(readFileSync(files.get(name) ?? '').filter((byte) => byte > 127)).toHaveLength(0);
  });
});

test('a function of another module says itself that its error counts: it does not see the preferences of this one', () => {
  const calls = HOST_MODULES.windows.flatMap((path) =>
    read(path)
      .split('\n')
      .filter((line) => /\b(?:\w+-ScheduledTask\w*|Get-Volume)\b/.test(line) && !/^\s*#/.test(line))
      .map((line) => `${nameOf(path)}: ${line.trim()}`),
  );
  expect(calls.length).toBeGreaterThan(6);
  expect(calls.filter((call) => !/-ErrorAction | @\w+\)?$/.test(call))).toEqual([]);
});
