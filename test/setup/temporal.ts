import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { resolveTemporalCli } from '../../lab/temporal/resolve.ts';
import { startTemporal } from '../../lab/temporal/start.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { readEnvironment } from '../../workers/config.ts';
import { createLog } from '../../workers/log.ts';
import { MORE_NAMESPACES, namespaceOf } from './namespace.ts';

/** Once for all test files: finds the Temporal program, starts a server with a namespace for each file, and bundles the workflows. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-test-'));
  const workflowBundlePath = join(folder, 'workflows.js');
  const [temporalCli, { code }, { testFiles }] = await Promise.all([
    resolveTemporalCli({ places: readEnvironment(), onProgress }),
    workflowBundle(),
    project.globTestFiles(),
  ]);
  await writeFile(workflowBundlePath, code);
  // A namespace that is created later is known to all parts of the server only after seconds.
  const server = await startTemporal({
    cli: temporalCli,
    namespaces: [...testFiles.map(namespaceOf), ...MORE_NAMESPACES],
    // A history is said to be long after a hundred events already: what goes on in a new execution for that does so here.
    dynamicConfig: ['frontend.WorkflowPauseEnabled=true', 'limit.historyCount.suggestContinueAsNew=100'],
    log: createLog({ level: 'error', readable: true }),
  });
  project.provide('temporalCli', temporalCli);
  project.provide('workflowBundlePath', workflowBundlePath);
  project.provide('temporalServer', { address: server.address, uiUrl: server.uiUrl });
  return async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
}

function onProgress(text: string): void {
  process.stderr.write(`${text}\n`);
}
