/** A runbook's script; a function of a host module; dispatcher and runner, which load and run the others. */
export type FileKind = 'script' | 'module' | 'boundary';

/** A command that a reviewer wants to be told of: what it does, and what to write instead. */
interface Forbidden {
  does: string;
  expected: string;
  /** The kind of file whose business it is. */
  except?: FileKind;
}

const GROUPS: readonly (Forbidden & { names: string })[] = [
  { names: 'invoke-expression iex add-type', does: 'makes code of text', expected: 'a command with parameters' },
  {
    names: 'invoke-command new-module start-job start-threadjob',
    does: 'runs what it is given as code',
    expected: 'the commands themselves; on another host, the dispatcher does it',
    except: 'boundary',
  },
  {
    names: 'restart-computer stop-computer stop-process register-scheduledtask start-scheduledtask',
    does: 'reboots the host, or starts or ends a program there',
    expected: 'a function of the host module, such as Restart-FettleHost',
    except: 'module',
  },
  { names: 'start-process invoke-item', does: 'starts a program', expected: 'a function of the host module' },
  { names: 'set-alias new-alias', does: 'names a command anew', expected: 'the name of the command written out' },
  {
    names: 'set-executionpolicy unblock-file',
    does: 'opens the host to other scripts',
    expected: 'no such call: the dispatcher sends pinned text, which no policy holds up',
  },
  {
    names: 'write-host out-host out-default',
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
  GROUPS.flatMap(({ names, ...rule }) => names.split(' ').map((name) => [name, rule] as const)),
);
