import type { Node } from 'web-tree-sitter';
import { beforeAll, describe, expect, test } from 'vitest';
import { affinityKey } from '../../activities/powershell/affinity.ts';
import type { DispatchTarget } from '../../activities/powershell/target.ts';
import { nodesOf, treeOf } from './contract/called-verbs.ts';
import { argumentsOf, assignmentsTo, commandsNamed, functionNamed, methodName, tableOf } from './reading.ts';

// No PowerShell runs here: the syntax tree shows what every session is opened with, and what becomes of it when that fails.

let dispatcher: Node;
let opening: Node;
beforeAll(async () => {
  dispatcher = await treeOf(new URL('../../activities/powershell/dispatcher.ps1', import.meta.url));
  opening = functionNamed(dispatcher, 'Get-TargetSession');
});

const callsOf = (root: Node, method: string): Node[] =>
  nodesOf(root, 'invokation_expression').filter((call) => methodName(call) === method);
const first = (nodes: Node[]): Node => {
  const [node] = nodes;
  if (!node) throw new Error('It is not there.');
  return node;
};
const transport = (name: string): Node =>
  first(nodesOf(opening, 'switch_clause').filter(({ text }) => text.startsWith(name)));

test('a request keeps its dates as text', () => {
  expect(commandsNamed(dispatcher, 'ConvertFrom-Json').map(argumentsOf)).toEqual([
    { AsHashtable: '', DateKind: 'String' },
  ]);
});

describe('a session is opened', () => {
  test('in two ways only', () => {
    expect(commandsNamed(dispatcher, 'New-PSSession')).toHaveLength(2);
  });

  test('over ssh, with the key and the known hosts of the inventory alone, without a question and not without end', () => {
    const clause = transport("'ssh'");
    expect(commandsNamed(clause, 'New-PSSession').map(argumentsOf)).toEqual([
      {
        HostName: "$target['address']",
        Port: "$target['port']",
        UserName: "$target['user']",
        KeyFilePath: "$target['keyFile']",
        Options: '$options',
        ConnectingTimeout: '$wait',
      },
    ]);
    expect(tableOf(clause, '$options')).toEqual({
      StrictHostKeyChecking: "'yes'",
      UserKnownHostsFile: "$target['knownHosts']",
      IdentitiesOnly: "'yes'",
      BatchMode: "'yes'",
      ServerAliveInterval: "'15'",
      ServerAliveCountMax: "'3'",
    });
  });

  test('over WinRM, by Kerberos and TLS, with every check of the certificate and not without end', () => {
    const clause = transport("'winrm'");
    expect(commandsNamed(clause, 'New-PSSession').map(argumentsOf)).toEqual([
      {
        ComputerName: "$target['address']",
        Port: "$target['port']",
        UseSSL: '',
        Authentication: 'Kerberos',
        ConfigurationName: "$target['configuration']",
        SessionOption: '$option',
      },
    ]);
    expect(commandsNamed(clause, 'New-PSSessionOption').map(argumentsOf)).toEqual([{ OpenTimeout: '$wait' }]);
  });

  test('within the time that the request allows', () => {
    expect(assignmentsTo(opening, '$wait').map(({ text }) => text)).toEqual([
      "$wait = [int] $target['connectTimeoutMs']",
    ]);
  });
});

test('a session is known by the same fields here and in the pool', () => {
  const { text } = functionNamed(dispatcher, 'Get-TargetKey');
  const named = [...text.matchAll(/\$\(\$Target\['(\w+)'\]\)/g)].map(([, name = '']) => name);
  expect(text).toContain(`"${named.map((name) => `$($Target['${name}'])`).join('|')}"`);
  const target = Object.fromEntries(named.map((name) => [name, name])) as unknown as DispatchTarget;
  expect(affinityKey(target)).toBe(named.join('|'));
  expect(named).toEqual(expect.arrayContaining(['keyFile', 'knownHosts', 'user', 'configuration']));
});

describe('what could not be loaded is not kept', () => {
  test('a session on a target is closed again, and the failure says what to do', () => {
    const [loading] = nodesOf(opening, 'try_statement');
    const imports = commandsNamed(opening, 'Invoke-Command');
    expect(imports).toHaveLength(2);
    for (const call of imports) expect(call.endIndex).toBeLessThan(loading?.endIndex ?? 0);
    const failed = first(nodesOf(first([loading].flatMap((node) => node ?? [])), 'catch_clause'));
    expect(failed.startIndex).toBeGreaterThan(imports.at(-1)?.endIndex ?? Infinity);
    expect(commandsNamed(failed, 'Remove-PSSession').map(({ text }) => text)).toEqual([
      'Remove-PSSession $session -ErrorAction SilentlyContinue',
    ]);
    const statements = nodesOf(failed, 'statement_list')[0]?.namedChildren ?? [];
    expect(statements.at(-1)?.text).toMatch(/^throw \(Get-LoadingError /);
    expect(functionNamed(dispatcher, 'Get-LoadingError').text).toContain('full language mode');
    const kept = first(assignmentsTo(opening, '$script:Sessions[$Key]').slice(-1));
    expect(kept.startIndex).toBeGreaterThan(failed.endIndex);
  });

  test('a runspace of the worker is closed again', () => {
    const local = functionNamed(dispatcher, 'Get-LocalRunspace');
    const failed = first(nodesOf(local, 'catch_clause'));
    expect(callsOf(failed, 'Dispose').map(({ text }) => text)).toEqual(['$runspace.Dispose()']);
    expect(nodesOf(failed, 'flow_control_statement').map(({ text }) => text)).toEqual(['throw']);
    const kept = first(assignmentsTo(local, '$script:Local'));
    expect(kept.text).toBe('$script:Local = $runspace');
    expect(kept.startIndex).toBeGreaterThan(failed.endIndex);
    expect(first(callsOf(local, 'Open')).startIndex).toBeLessThan(failed.startIndex);
  });
});

describe('a PowerShell whose worker was killed ends', () => {
  test('by a watch of its own, begun when the dispatcher is loaded', () => {
    expect(dispatcher.text).toMatch(/^Watch-Parent$/m);
    const watch = functionNamed(dispatcher, 'Watch-Parent');
    expect(callsOf(watch, 'BeginInvoke')).toHaveLength(1);
    expect(callsOf(watch, 'Invoke')).toEqual([]);
  });

  test('that never keeps the session from loading', () => {
    const body = first(nodesOf(functionNamed(dispatcher, 'Watch-Parent'), 'script_block_body'));
    const statements = body.namedChildren.flatMap((node) =>
      node?.type === 'statement_list' ? node.namedChildren : [node],
    );
    expect(statements.map((node) => node?.type)).toEqual(['try_statement']);
  });

  test('that waits in short pieces, so that it never holds up an end of the session itself', () => {
    const block = first(assignmentsTo(dispatcher, '$script:EndWithParent'));
    const [wait] = callsOf(block, 'WaitForExit');
    const piece = Number(/\((\d+)\)$/.exec(wait?.text ?? '')?.[1]);
    expect(piece).toBeGreaterThanOrEqual(100);
    expect(piece).toBeLessThanOrEqual(1_000);
    const kill = first(callsOf(block, 'Kill'));
    expect(kill.text).toBe('[Diagnostics.Process]::GetCurrentProcess().Kill()');
    expect(kill.startIndex).toBeGreaterThan(wait?.endIndex ?? Infinity);
    // A wait that fails must not go round for ever.
    expect(first(assignmentsTo(block, '$ErrorActionPreference')).text).toBe("$ErrorActionPreference = 'Stop'");
  });
});
