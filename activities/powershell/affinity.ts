import type { DispatchTarget } from './target.ts';

/**
 * By what the dispatcher knows the session to a remote target (dispatcher.ps1, Get-TargetSession): calls with the same key are
 * best sent to the same PowerShell. Null for what runs in that PowerShell itself.
 */
export function affinityKey(target: DispatchTarget): string | null {
  const { transport, address, port, user, configuration, keyFile, knownHosts } = target;
  if (transport === 'local') return null;
  return [transport, address, port, user, configuration, keyFile, knownHosts].join('|');
}
