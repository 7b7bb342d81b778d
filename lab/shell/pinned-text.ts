import { existsSync, readFileSync } from 'node:fs';
import { sha256 } from '../../activities/powershell/pins/manifest.ts';
import { ShellError } from './plant-client.ts';

/**
 * The files' texts joined by line feeds, when that is what the worker has pinned.
 * @throws {ShellError} as the dispatcher does: a file is missing, or the text is another one.
 */
export function readPinnedText(files: readonly string[], pinned: string): string {
  const text = files.map(read).join('\n');
  const actual = sha256(text);
  if (actual === pinned) return text;
  const what = files.length > 1 ? 'The host module' : String(files[0]);
  throw new ShellError(
    `${what} changed right before it ran: the worker has pinned ${pinned}, the file has ${actual}. ` +
      'Put the file back, or read the change, run `npx fettle scripts pin` and start the worker again.',
    { stage: 'connect', hresult: '0x80131509', id: 'FettleScriptNotPinned' },
  );
}

function read(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8');
  throw new ShellError(`Could not find file '${file}'.`, {
    stage: 'connect',
    hresult: '0x80070002',
    id: 'FileNotFoundException',
  });
}
