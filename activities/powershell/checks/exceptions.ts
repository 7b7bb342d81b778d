import type { Problem } from '../../../model/problems.ts';
import type { Breach } from './breach.ts';
import { finding } from './finding.ts';

/** What a file may do although a rule refuses it. */
export interface Exception {
  file: string;
  /** Constructs as the findings name them; letter case does not count. */
  constructs: readonly string[];
  reason: string;
}

/** Every exception there is. One that its file does not need any more is a finding itself. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    file: 'activities/powershell/dispatcher.ps1',
    constructs: ['[scriptblock]::Create', 'New-Module', 'Import-Module'],
    reason:
      'It loads the runner and the host module as text whose SHA-256 it has compared, and on a target no file of them lies.',
  },
  {
    file: 'activities/powershell/dispatcher.ps1',
    constructs: [
      '[powershell]::Create',
      '[runspacefactory]::CreateRunspace',
      '[Management.Automation.Runspaces.InitialSessionState]::CreateDefault2',
      '.AddScript',
      '.AddCommand',
      '.Invoke',
      'Invoke-Command',
    ],
    reason:
      'It calls the runner, here in a runspace of its own and on a target in a session, with the script as a parameter.',
  },
  {
    file: 'activities/powershell/dispatcher.ps1',
    constructs: ['[Console]::OutputEncoding', '[Console]::Out'],
    reason: 'The answer goes to the worker by standard output.',
  },
  {
    file: 'activities/powershell/dispatcher.ps1',
    constructs: ['.BeginInvoke', '[Diagnostics.Process]::GetCurrentProcess', '.Kill'],
    reason: 'A runspace of its own ends the process when its worker is gone.',
  },
  {
    file: 'activities/powershell/runner.psm1',
    constructs: ['[scriptblock]::Create', '& $block'],
    reason: 'It runs the script, whose text the dispatcher has compared with its SHA-256.',
  },
  {
    file: 'activities/powershell/modules/windows/Register-OwnTask.ps1',
    constructs: ['New-ScheduledTaskAction', 'Register-ScheduledTask'],
    reason: 'Updates are installed by a task that goes on when the session ends; its program is text of this module.',
  },
  {
    file: 'activities/powershell/modules/windows/Invoke-AsSystem.ps1',
    constructs: ['Start-ScheduledTask'],
    reason:
      'Some update agents answer SYSTEM only; it starts a task that it has registered itself the moment before, under a name of its own.',
  },
  {
    file: 'activities/powershell/modules/windows/Start-FettleUpdateTask.ps1',
    constructs: ['Start-ScheduledTask'],
    reason: 'It starts the update task, at whose program Assert-OwnTask has looked.',
  },
  {
    file: 'lab/shell/Test-ShellBehaviour.ps1',
    constructs: [
      'exit',
      '[Environment]::Exit',
      '[Environment]::SetEnvironmentVariable',
      '[Environment]::GetEnvironmentVariable',
      '[Console]::Out',
      '[Console]::Error',
      'Read-Host',
      'Set-Variable',
      'sh',
      'cmd',
      'fettle-no-such-program',
      '& $program',
    ],
    reason: 'It misbehaves on purpose: by it the tests see what a shell does then. It touches no host.',
  },
];

/** The file that an exception without use is told of. */
const EXCEPTIONS_PATH = 'activities/powershell/checks/exceptions.ts';

/** The breaches of each file as problems, without those that an exception allows, and the exceptions that allow nothing. */
export function applyExceptions(
  breaches: ReadonlyMap<string, readonly Breach[]>,
  exceptions: readonly Exception[] = EXCEPTIONS,
): Problem[] {
  const allowed = new Set(exceptions.flatMap((one) => one.constructs.map((construct) => keyOf(one.file, construct))));
  const all = [...breaches].flatMap(([file, found]) => found.map((breach) => ({ file, ...breach })));
  const needed = new Set(all.map(({ file, construct }) => keyOf(file, construct)));
  const unused = exceptions.flatMap(({ file, constructs }) =>
    constructs
      .filter((construct) => !needed.has(keyOf(file, construct)))
      .map((construct) => ({
        path: EXCEPTIONS_PATH,
        message: `It allows ${construct} to ${file}, which has none.`,
        expected: 'no such exception',
      })),
  );
  return [
    ...all
      .filter(({ file, construct }) => !allowed.has(keyOf(file, construct)))
      .map(({ file, line, message, expected }) => finding(file, line, message, expected)),
    ...unused,
  ];
}

function keyOf(file: string, construct: string): string {
  return `${file}\n${construct.toLowerCase()}`;
}
