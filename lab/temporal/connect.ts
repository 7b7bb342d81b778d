import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES } from '../../model/search-attributes.ts';
import { dataConverter } from '../../workers/data-converter/index.ts';
import { installRuntime, type Log } from '../../workers/log.ts';
import { stoppableRetries } from '../../workers/stoppable-retries.ts';

/** Where a Temporal server is, and the namespace to work in. */
export interface TemporalPlace {
  /** `127.0.0.1:<port>` of the gRPC service. */
  address: string;
  namespace: string;
  /** Address of the Web UI, or null without one. */
  uiUrl: string | null;
}

/** A Temporal development server that a lab works on. */
export interface LabTemporal extends TemporalPlace {
  client: Client;
  /** For workers. */
  nativeConnection: NativeConnection;
  /** Resolves when it was closed; rejects when a server of our own ended by itself. */
  closed: Promise<void>;
  /** Closes the connections, and ends a server of our own. */
  close(): Promise<void>;
}

const REGISTERED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;

/** Connects to a server that runs, and waits until it has registered our search attributes. */
export async function connectTemporal(place: TemporalPlace, log: Log): Promise<LabTemporal> {
  installRuntime(log);
  const { address, namespace } = place;
  const retries = stoppableRetries();
  const connection = await Connection.connect({ address, interceptors: retries.interceptors });
  await untilRegistered(connection, namespace);
  const nativeConnection = await NativeConnection.connect({ address });
  let hasClosed!: () => void;
  return {
    ...place,
    client: new Client({ connection, namespace, dataConverter }),
    nativeConnection,
    closed: new Promise((resolve) => (hasClosed = resolve)),
    close: async () => {
      await nativeConnection.close();
      await retries.stop();
      await connection.close();
      hasClosed();
    },
  };
}

/** The server answers before it has registered what it was told to: a run that starts in between would get stuck on it. */
async function untilRegistered(connection: Connection, namespace: string): Promise<void> {
  const deadline = Date.now() + REGISTERED_WITHIN_MS;
  const isReady = async (): Promise<boolean> => {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return Object.keys(SEARCH_ATTRIBUTES).every((name) => name in customAttributes);
  };
  for (;;) {
    const ready = await isReady().catch((error: unknown) => {
      if (Date.now() > deadline) throw error;
      return false;
    });
    if (ready) return;
    if (Date.now() > deadline) throw new Error(`The namespace ${namespace} lacks our search attributes.`);
    await wait(LOOK_EVERY_MS);
  }
}
