// Fetches the Temporal CLI with the SDK's own downloader, in a process of its own: the download cannot be called off
// otherwise, and it would install a runtime in the caller's process. Arguments: folder, version.
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [downloadDir = '.', version = 'default'] = process.argv.slice(2);
try {
  // The SDK has no download alone: it starts the server that it fetched.
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir, version }, log: { format: 'json', level: 'error' } },
  });
  await environment.teardown();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
