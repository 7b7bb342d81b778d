import { expect, test } from 'vitest';
import { runDownloader } from '../../../lab/temporal/run-downloader.ts';

const onProgress = (): void => undefined;

test('a downloader that fails is told by its last words', async () => {
  const script = "console.error('first'); console.error('name not known'); process.exit(3)";
  await expect(runDownloader(process.execPath, ['-e', script], { onProgress })).rejects.toThrow(/^name not known$/);
});

test('a downloader that fails without a word is told by its code', async () => {
  await expect(runDownloader(process.execPath, ['-e', 'process.exit(3)'], { onProgress })).rejects.toThrow(/code 3/);
});
