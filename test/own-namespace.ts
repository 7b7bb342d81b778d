import { expect, inject } from 'vitest';
import { connectTemporal, type LabTemporal } from '../lab/temporal/connect.ts';
import { createLog, type Log } from '../workers/log.ts';
import { namespaceOf } from './setup/namespace.ts';

/** Connects to the server of the test run, in the namespace that only this test file uses. */
export function ownNamespace(log: Log = createLog({ level: 'fatal', readable: true })): Promise<LabTemporal> {
  const namespace = namespaceOf(expect.getState().testPath ?? '');
  return connectTemporal({ ...inject('temporalServer'), namespace }, log);
}
