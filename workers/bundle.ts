import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { checkoutDir } from './checkout.ts';
import { failureConverterPath, payloadConverterPath } from './data-converter/index.ts';

const bundles = new Map<string, Promise<WorkflowBundleWithSourceMap>>();

/**
 * The workflows as one file for the sandbox, made once in a process; it takes about a second.
 * @param workflowsPath the module that exports every workflow.
 */
export function workflowBundle(
  workflowsPath: string = join(checkoutDir, 'workflows', 'index.ts'),
): Promise<WorkflowBundleWithSourceMap> {
  const known = bundles.get(workflowsPath);
  if (known) return known;
  const bundle = bundleWorkflowCode({
    workflowsPath,
    payloadConverterPath,
    failureConverterPath,
    // webpack tells its progress otherwise; its errors reach the caller by the rejected promise.
    logger: new DefaultLogger('ERROR'),
  });
  bundles.set(workflowsPath, bundle);
  return bundle;
}
