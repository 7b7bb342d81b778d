import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isFailureType } from '../../model/failures.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';

// None of this runs where the tests do: what the text says is all that holds it.

const BOUNDARY = new URL('../../activities/powershell/', import.meta.url);
const MODULE = new URL('host-module/', BOUNDARY);
const files = readdirSync(MODULE).filter((file) => file.endsWith('.ps1'));
const text = (name: string): string => readFileSync(new URL(`${name}.ps1`, MODULE), 'utf8');
const names = files.map((file) => file.replace('.ps1', ''));
const isAscii = (name: string): boolean => readFileSync(new URL(`${name}.ps1`, MODULE)).every((byte) => byte < 128);
const mentions = (name: string): string[] =>
  names.filter((other) => other !== name && new RegExp(`(?<![\\w-])${other}(?![\\w-])`).test(text(name)));

test('a target is connected to in two ways, each with every check and not without end', () => {
  const dispatcher = readFileSync(new URL('dispatcher.ps1', BOUNDARY), 'utf8');
  const commands = dispatcher.match(/New-PSSession .*/g) ?? [];
  expect(commands.map((command) => command.match(/(?<= )-\w+( \w+)?/g))).toEqual([
    ['-HostName', '-Port', '-UserName', '-KeyFilePath', '-Options', '-ConnectingTimeout'],
    ['-ComputerName', '-Port', '-UseSSL', '-Authentication Kerberos', '-ConfigurationName', '-SessionOption'],
  ]);
  expect(dispatcher).toContain(
    "StrictHostKeyChecking = 'yes'; UserKnownHostsFile = $target['knownHosts']; IdentitiesOnly = 'yes'; BatchMode = 'yes'; ServerAliveInterval = '15'; ServerAliveCountMax = '3' }",
  );
  expect(dispatcher.match(/New-PSSessionOption .*/g)).toEqual(['New-PSSessionOption -OpenTimeout $wait']);
});

test.each(names.filter((name) => /^(Start|Stop|New|Remove|Restart)-Fettle/.test(name)))(
  '%s changes nothing with -WhatIf',
  (name) => {
    expect(text(name)).toContain('[CmdletBinding(SupportsShouldProcess)]');
    expect(text(name)).toContain('$PSCmdlet.ShouldProcess(');
  },
);

test('every error id that the module throws means something to a contract', () => {
  const thrown = names.flatMap((name) => [...text(name).matchAll(/-Id '?(Fettle\w+)/g)].map(([, id = '']) => id));
  const tables = Object.values(SCRIPTS).flatMap(({ failures }) => Object.entries(failures));
  const known = tables.filter(([, type]) => isFailureType(type)).map(([id]) => id);
  expect(new Set(thrown).size).toBeGreaterThan(4);
  expect(thrown.filter((id) => !known.includes(id))).toEqual([]);
});

describe('what runs as SYSTEM', () => {
  test('is registered in one place, never started twice at once, ends after its time and has no trigger', () => {
    const registers = names.filter((name) => /(?<!Un)Register-ScheduledTask/.test(text(name)));
    expect(registers).toEqual(['Register-OwnTask']);
    const register = text('Register-OwnTask');
    for (const needed of [
      /ExecutionTimeLimit += New-TimeSpan -Minutes \$TimeLimitMinutes/,
      /MultipleInstances += 'IgnoreNew'/,
      /New-ScheduledTaskPrincipal -UserId \$script:SystemSid -LogonType ServiceAccount -RunLevel Highest/,
    ])
      expect(register).toMatch(needed);
    expect(register).not.toMatch(/-Trigger|Trigger +=/);
  });

  test('has its folder for SYSTEM and Administrators only, from the moment in which it is made', () => {
    const folder = text('New-OwnFolder');
    expect(folder).toContain("SetSecurityDescriptorSddlForm('O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')");
    const made = folder.match(/(Create|CreateDirectory)\(.*/g) ?? [];
    expect(made).toHaveLength(2);
    for (const call of made) expect(call).toMatch(/, \$security\)/);
    expect(names.filter((name) => text(name).includes('CreateDirectory('))).toEqual(['New-OwnFolder']);
  });

  test('carries every function that it calls, in ASCII: Windows PowerShell reads a file in the local code page', () => {
    expect(mentions('Invoke-UpdateInstallation')).toEqual([]);
    const [, list = ''] = /\$names = ([^\n]+)/.exec(text('Get-ReaderText')) ?? [];
    const carried = [...list.matchAll(/'([\w-]+)'/g)].map(([, name = '']) => name);
    const readers = names.flatMap((name) => [...text(name).matchAll(/-Reader '([\w-]+)'/g)].map(([, at = '']) => at));
    expect(new Set(readers).size).toBe(4);
    const alone = [...new Set([...readers, ...carried])];
    expect(alone.flatMap(mentions).filter((name) => !carried.includes(name))).toEqual([]);
    expect(alone.filter((name) => text(name).includes('$script:'))).toEqual([]);
    expect([...alone, 'Invoke-UpdateInstallation'].filter((name) => !isAscii(name))).toEqual([]);
  });
});

test('a checkpoint is ProductionOnly or there is none, and the machine has its own type again', () => {
  expect(text('New-HyperVSnapshot')).toMatch(
    /Set-VM [^\n]*-CheckpointType ProductionOnly[^]*Checkpoint-VM[^]*finally \{[^]*Set-VM [^\n]*-CheckpointType \$type/,
  );
  expect(names.filter((name) => text(name).includes('Checkpoint-VM '))).toEqual(['New-HyperVSnapshot']);
});
