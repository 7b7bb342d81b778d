import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../../temporary.ts';

/** A folder that stands for a checkout, with these files in it; gone after the test. */
export async function checkoutWith(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await temporaryFolder();
  await mkdir(join(root, 'runbooks'), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}
