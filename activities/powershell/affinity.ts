import type { DispatchTarget } from './target.ts';

/**
 * By what the dispatcher knows the session to a remote target (dispatcher.ps1, Get-TargetSession): calls with the same key are
 * best sent to the same PowerShell. Null for what runs in that PowerShell itself.
 */
export function affinityKey({ transport, address, port, user, configuration }: DispatchTarget): string | null {
  return transport === 'local' ? null : [transport, address, port, user, configuration].join('|');
}
