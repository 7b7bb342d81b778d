import { readEnvironment, type Environment } from '../workers/config.ts';

/** The environment without any PowerShell in it: what opens a shell by it gets the simulated one, which takes less of the processor. */
export function simulatedOnly(environment: Environment = readEnvironment()): Environment {
  return { ...environment, pwsh: null, searchPath: [] };
}
