import type { Problem } from '../../../model/problems.ts';
import {
  comparePins,
  hashScripts,
  MANIFEST_PATH,
  readManifest,
  type PinChange,
  type ScriptHashes,
} from './manifest.ts';

const EXPECTED = 'the pinned file; or, when the change is meant, `npx fettle scripts pin`';

/** Every PowerShell file below `root` that is not as the manifest says: not in it, changed, or gone. */
export async function checkManifest(root: string): Promise<Problem[]> {
  let pinned: ScriptHashes;
  try {
    pinned = readManifest(root);
  } catch (error) {
    return [{ path: MANIFEST_PATH, message: String(error), expected: '`npx fettle scripts pin`' }];
  }
  return comparePins(pinned, await hashScripts(root)).map((change) => ({
    path: change.path,
    message: messageOf(change),
    expected: EXPECTED,
  }));
}

function messageOf({ change, pinned, actual }: PinChange): string {
  switch (change) {
    case 'added':
      return `It is not in ${MANIFEST_PATH}; it has ${String(actual)}.`;
    case 'removed':
      return `It is in ${MANIFEST_PATH} with ${String(pinned)} and is missing.`;
    default:
      return `${MANIFEST_PATH} says ${String(pinned)}, the file has ${String(actual)}.`;
  }
}
