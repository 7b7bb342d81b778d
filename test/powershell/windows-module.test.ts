import { basename } from 'node:path';
import type { Node } from 'web-tree-sitter';
import { beforeAll, describe, expect, test } from 'vitest';
import { HOST_MODULES } from '../../activities/powershell/host-modules.ts';
import { nodesOf, treeOf } from './contract/called-verbs.ts';
import { argumentsOf, commandName, commandsNamed, methodName, standsBehindShouldProcess, tableOf } from './reading.ts';

// Nothing of it runs here: the syntax tree shows with what the Windows module calls the system.

const trees = new Map<string, Node>();
beforeAll(async () => {
  for (const file of HOST_MODULES.windows) trees.set(basename(file, '.ps1'), await treeOf(file));
});
function tree(name: string): Node {
  const found = trees.get(name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
}
const callsOf = (root: Node, method: string): Node[] =>
  nodesOf(root, 'invokation_expression').filter((call) => methodName(call) === method);

describe('the task that runs as SYSTEM', () => {
  test('is never started twice at once, ends after its time and waits for no mains power', () => {
    const register = tree('Register-OwnTask');
    expect(tableOf(register, '$settings')).toEqual({
      ExecutionTimeLimit: 'New-TimeSpan -Minutes $TimeLimitMinutes',
      MultipleInstances: "'IgnoreNew'",
      AllowStartIfOnBatteries: '$true',
      DontStopIfGoingOnBatteries: '$true',
      ErrorAction: "'Stop'",
    });
    expect(commandsNamed(register, 'New-ScheduledTaskSettingsSet').map(({ text }) => text)).toEqual([
      'New-ScheduledTaskSettingsSet @settings',
    ]);
  });

  test('runs as SYSTEM, without a trigger, and is registered in one place', () => {
    const register = tree('Register-OwnTask');
    expect(commandsNamed(register, 'New-ScheduledTaskPrincipal').map(argumentsOf)).toEqual([
      { UserId: '$script:SystemSid', LogonType: 'ServiceAccount', RunLevel: 'Highest', ErrorAction: 'Stop' },
    ]);
    const task = tableOf(register, '$task');
    expect(Object.keys(task)).toEqual(expect.arrayContaining(['Action', 'Principal', 'Settings']));
    expect(task).not.toHaveProperty('Trigger');
    expect(task['Settings']).toBe('New-ScheduledTaskSettingsSet @settings');
    const registering = [...trees].filter(([, root]) => commandsNamed(root, 'Register-ScheduledTask').length > 0);
    expect(registering.map(([name]) => name)).toEqual(['Register-OwnTask']);
  });

  test('has a time limit wherever it is registered', () => {
    const calls = [...trees.values()].flatMap((root) => commandsNamed(root, 'Register-OwnTask'));
    expect(calls.length).toBeGreaterThan(1);
    for (const call of calls) expect(argumentsOf(call)['TimeLimitMinutes']).toMatch(/^\$\w+$/);
  });

  test('has its folder for SYSTEM and Administrators only, from the moment in which it is made', () => {
    const folder = tree('New-OwnFolder');
    expect(callsOf(folder, 'SetSecurityDescriptorSddlForm').map(({ text }) => text)).toEqual([
      "$security.SetSecurityDescriptorSddlForm('O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')",
    ]);
    const made = [...callsOf(folder, 'Create'), ...callsOf(folder, 'CreateDirectory')];
    expect(made).toHaveLength(2);
    for (const call of made) expect(call.text).toMatch(/, \$security\)$/);
    expect(commandsNamed(folder, 'Set-Acl')).toEqual([]);
    const [checked] = commandsNamed(folder, 'Assert-OwnFolder');
    expect(checked?.startIndex).toBeGreaterThan(made.at(-1)?.endIndex ?? Infinity);
    const makers = [...trees].filter(([, root]) => callsOf(root, 'CreateDirectory').length > 0);
    expect(makers.map(([name]) => name)).toEqual(['New-OwnFolder']);
  });
});

test('a checkpoint is ProductionOnly or there is none, and the machine has its own type again', () => {
  const root = tree('New-HyperVSnapshot');
  const settings = commandsNamed(root, 'Set-VM').map((call) => ({ call, type: argumentsOf(call)['CheckpointType'] }));
  const [quiesced, back] = settings.filter(({ type }) => type !== undefined);
  const [taken] = commandsNamed(root, 'Checkpoint-VM');
  expect(quiesced?.type).toBe('ProductionOnly');
  expect(quiesced?.call.endIndex).toBeLessThan(taken?.startIndex ?? 0);
  expect(back?.type).toBe('$type');
  const cleanup = nodesOf(root, 'finally_clause');
  expect(cleanup.some((clause) => clause.text.includes(back?.call.text ?? 'nothing'))).toBe(true);
  const checkpoints = [...trees].filter(([, other]) => commandsNamed(other, 'Checkpoint-VM').length > 0);
  expect(checkpoints.map(([name]) => name)).toEqual(['New-HyperVSnapshot']);
});

/** Commands that change nothing on a machine. Whatever else is called has to be allowed by ShouldProcess. */
const READS =
  /^(Get|Test|Read|Find|Measure|Select|Where|ForEach|Sort|Group|Compare|Convert\w*|Join|Split|Assert|Connect|Wait)-|^New-(Object|TimeSpan|FailureRecord|UpdateSearcher)$|^Write-(Warning|Verbose|Output)$|^Start-Sleep$|^Import-Module$|^Invoke-(SqlRead|AsSystem)$/;
/** Methods that change nothing on a machine. */
const READING_METHODS =
  /^(Get\w*|To\w*|From\w*|Read\w*|Add\w*|Is\w*|Try\w*|Parse\w*|Starts\w*|Ends\w*|Contains\w*|Trim\w*|ShouldProcess|Substring|Split|Replace|Escape|Floor|Format|Join|Match\w*|WaitForStatus|IndexOf|ComputeHash|QueryHistory|Search|new|Dispose|Close)$/;

const isChange = (node: Node): boolean =>
  node.type === 'command' ? !READS.test(commandName(node)) : !READING_METHODS.test(methodName(node));

describe('what a script may call', () => {
  const exported = HOST_MODULES.windows
    .map((file) => basename(file, '.ps1'))
    .filter((name) => name.includes('-Fettle'));

  test.each(exported)('%s changes nothing before ShouldProcess has allowed it', (name) => {
    const root = tree(name);
    const changes = [...nodesOf(root, 'command'), ...nodesOf(root, 'invokation_expression')].filter(isChange);
    expect(changes.filter((node) => !standsBehindShouldProcess(node)).map(({ text }) => text)).toEqual([]);
  });

  test('changes something in eight functions: each is asked about', () => {
    const changing = exported.filter((name) => {
      const root = tree(name);
      return [...nodesOf(root, 'command'), ...nodesOf(root, 'invokation_expression')].some(isChange);
    });
    expect(changing).toHaveLength(8);
    const asking = exported.filter((name) => /^\s*\[CmdletBinding\(SupportsShouldProcess\)\]/m.test(tree(name).text));
    expect(changing.toSorted()).toEqual(asking.toSorted());
  });
});
