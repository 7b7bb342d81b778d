import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { resolveTemporalCli } from '../../lab/temporal/resolve.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { readEnvironment } from '../../workers/config.ts';

/** Once for all test files: finds the Temporal program and bundles the workflows. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-test-'));
  const workflowBundlePath = join(folder, 'workflows.js');
  const [temporalCli, { code }] = await Promise.all([
    resolveTemporalCli({ places: readEnvironment(), onProgress }),
    workflowBundle(),
  ]);
  await writeFile(workflowBundlePath, code);
  project.provide('temporalCli', temporalCli);
  project.provide('workflowBundlePath', workflowBundlePath);
  return () => rm(folder, { recursive: true, force: true });
}

function onProgress(text: string): void {
  process.stderr.write(`${text}\n`);
}
