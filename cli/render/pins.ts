import { MANIFEST_PATH, type PinChange } from '../../activities/powershell/manifest.ts';

/** What pinning changed: each file with the hash that it had and the one that it has. */
export function renderPins(changes: readonly PinChange[]): string {
  if (changes.length === 0) return `${MANIFEST_PATH} was up to date; nothing changed.`;
  const blocks = changes.map(({ path, pinned, actual }) =>
    [
      `${(pinned === null ? 'added' : actual === null ? 'removed' : 'changed').padEnd(7)}  ${path}`,
      ...line('was', pinned),
      ...line('is', actual),
    ].join('\n'),
  );
  return `${blocks.join('\n')}\n\n${MANIFEST_PATH}: ${changes.length} changed. Commit it with the scripts; workers that run refuse the changed ones until they are started again.`;
}

function line(word: string, hash: string | null): string[] {
  return hash === null ? [] : [`         ${word.padEnd(3)}  ${hash}`];
}
