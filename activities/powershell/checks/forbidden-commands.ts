/** A command that no file may call: what it does, and what to write instead. */
interface Forbidden {
  does: string;
  expected: string;
}

const COMMAND = 'a command with parameters';
const TASK = 'Register-OwnTask, which registers none but the tasks that Fettle writes';

const GROUPS: readonly (Forbidden & { names: string })[] = [
  { names: 'invoke-expression iex', does: 'runs text as code', expected: COMMAND },
  {
    names: 'add-type new-module import-alias import-clixml import-pssession',
    does: 'makes code of text or of a file',
    expected: COMMAND,
  },
  {
    names: 'invoke-command start-job start-threadjob invoke-job trace-command',
    does: 'runs what it is given as code',
    expected: 'the commands themselves; on another host, the runner does it',
  },
  {
    names:
      'enter-pssession new-psdrive set-psbreakpoint register-objectevent register-engineevent register-cimindicationevent',
    does: 'runs or reaches something outside the script',
    expected: 'a verb of the host module',
  },
  { names: 'set-alias new-alias', does: 'names a command anew', expected: 'the name of the command written out' },
  {
    names: 'set-variable new-variable clear-variable remove-variable',
    does: 'sets a variable whose name nothing checks',
    expected: '$name = value',
  },
  {
    names: 'set-item new-item copy-item move-item rename-item clear-item set-content add-content clear-content',
    does: 'writes to any drive, that of the functions and aliases too',
    expected: 'Write-OwnFile or New-OwnFolder',
  },
  {
    names: 'start-process invoke-item invoke-wmimethod set-wmiinstance remove-wmiobject register-wmievent',
    does: 'starts a program',
    expected: 'a verb of the host module',
  },
  {
    names: 'get-wmiobject',
    does: 'is gone from PowerShell 7, and its objects start programs',
    expected: 'Get-CimInstance',
  },
  {
    names: 'register-scheduledtask start-scheduledtask set-scheduledtask',
    does: 'makes a program run',
    expected: TASK,
  },
  { names: 'register-scheduledjob new-service', does: 'makes a program run', expected: TASK },
  { names: 'new-scheduledtaskaction', does: 'names a program to run', expected: TASK },
  {
    names: 'set-executionpolicy unblock-file',
    does: 'opens the host to other scripts',
    expected: 'no such call: the runner sends pinned text, which no policy holds up',
  },
  {
    names: 'stop-process stop-computer restart-computer wait-debugger',
    does: 'ends or halts what the worker waits for',
    expected: 'return a value, or throw; for a reboot, Restart-FettleHost',
  },
  {
    names: 'write-host out-host out-default out-printer out-gridview',
    does: 'writes past the result',
    expected: 'Write-Verbose, Write-Warning or a return value',
  },
  {
    names: 'read-host get-credential',
    does: 'asks a person, and nobody is there',
    expected: 'a parameter of the contract',
  },
];

/** By name in lower case. */
export const FORBIDDEN_COMMANDS: ReadonlyMap<string, Forbidden> = new Map(
  GROUPS.flatMap(({ names, does, expected }) => names.split(' ').map((name) => [name, { does, expected }] as const)),
);
