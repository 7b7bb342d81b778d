/** Verbs of PowerShell 7.6's Get-Verb (https://aka.ms/psverbs), by its groups. */
const BY_GROUP = {
  common:
    'Add Clear Close Copy Enter Exit Find Format Get Hide Join Lock Move New Open Optimize Pop Push Redo Remove Rename Reset Resize Search Select Set Show Skip Split Step Switch Undo Unlock Watch',
  communications: 'Connect Disconnect Read Receive Send Write',
  data: 'Backup Checkpoint Compare Compress Convert ConvertFrom ConvertTo Dismount Edit Expand Export Group Import Initialize Limit Merge Mount Out Publish Restore Save Sync Unpublish Update',
  diagnostic: 'Debug Measure Ping Repair Resolve Test Trace',
  lifecycle:
    'Approve Assert Build Complete Confirm Deny Deploy Disable Enable Install Invoke Register Request Restart Resume Start Stop Submit Suspend Uninstall Unregister Wait',
  security: 'Block Grant Protect Revoke Unblock Unprotect',
  other: 'Use',
} as const;

export const APPROVED_VERBS: ReadonlySet<string> = new Set(
  Object.values(BY_GROUP).flatMap((verbs) => verbs.split(' ')),
);
