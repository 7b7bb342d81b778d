/**
 * Verbs of commands that read, compare and reshape. A command of another verb changes something or runs something, and is
 * named below, has limits of its own (commands.ts) or is refused.
 */
export const READING_VERBS: ReadonlySet<string> = new Set(
  'get test select where sort group measure compare join split resolve convertto convertfrom wait'.split(' '),
);

/** Commands that change something, or that a verb does not tell, in lower case. What runs code or another program is none. */
export const ALLOWED_COMMANDS: ReadonlySet<string> = new Set([
  // PowerShell itself.
  ...'export-modulemember set-strictmode start-sleep new-timespan remove-item out-null'.split(' '),
  ...'write-verbose write-warning write-error write-information write-debug write-output'.split(' '),
  // A request to the lab's simulated plant.
  'invoke-restmethod',
  // Scheduled tasks, but for what makes one run: that is refused, with exceptions by file.
  ...'new-scheduledtaskprincipal new-scheduledtasksettingsset unregister-scheduledtask'.split(' '),
  // Hyper-V, VMware PowerCLI and System Center Operations Manager.
  ...'checkpoint-vm set-vm remove-vmsnapshot'.split(' '),
  ...'connect-viserver set-powercliconfiguration new-snapshot remove-snapshot'.split(' '),
  'new-scmanagementgroupconnection',
]);

/** Modules that may stand before a name, in lower case; another word before a backslash is a folder, and the file in it runs. */
export const MODULES: ReadonlySet<string> = new Set([
  'hyper-v',
  'vmware.vimautomation.core',
  'microsoft.powershell.core',
  'microsoft.powershell.management',
  'microsoft.powershell.security',
  'microsoft.powershell.utility',
]);
