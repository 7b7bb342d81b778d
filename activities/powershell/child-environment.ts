/** Variables that PowerShell, .NET, ssh and the operating system need. Compared without regard to case, as Windows does. */
const NEEDED = new Set(
  `PATH PATHEXT HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TEMP TMP SystemRoot SystemDrive windir ComSpec OS COMPUTERNAME USERNAME
USERDOMAIN USERDNSDOMAIN USERPROFILE HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA ALLUSERSPROFILE PUBLIC ProgramData ProgramFiles
ProgramFiles(x86) ProgramW6432 CommonProgramFiles CommonProgramFiles(x86) CommonProgramW6432 PSModulePath NUMBER_OF_PROCESSORS
PROCESSOR_ARCHITECTURE SSL_CERT_FILE SSL_CERT_DIR FETTLE_PLANT_URL`
    .toLowerCase()
    .split(/\s/),
);
const NEEDED_FAMILIES = /^(LC_|DOTNET_|POWERSHELL_|XDG_|KRB5)/;

/**
 * What of the worker's environment its PowerShell processes get: what they need, since any other variable may be a secret
 * (`env:NAME` of a reference, or Temporal's), and a process's environment can be read from outside and is inherited. No ssh
 * agent (`SSH_AUTH_SOCK`): the key of the inventory signs in, and no script may ask an agent to sign anything.
 */
export function childEnvironment(given: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(given).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (NEEDED.has(entry[0].toLowerCase()) || NEEDED_FAMILIES.test(entry[0])),
  );
  // A terminal's control sequences would stand in the middle of the output.
  return { ...Object.fromEntries(kept), TERM: 'dumb', NO_COLOR: '1' };
}
