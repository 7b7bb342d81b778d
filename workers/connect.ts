import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import type { Environment } from './config.ts';
import { InvalidEnvironment } from './config.ts';
import { dataConverter } from './data-converter/index.ts';
import { installRuntime } from './log.ts';
import type { Log } from './log.ts';

/** Where the server is, as Temporal's own variables and configuration file say. */
export interface TemporalProfile {
  address: string;
  /** Neither a variable nor the file names an address. */
  isDefault: boolean;
  namespace: string;
  connectionOptions: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
}

const DEFAULT_ADDRESS = 'localhost:7233';

/**
 * Reads Temporal's profile: address, namespace, API key and TLS (https://docs.temporal.io/develop/environment-configuration).
 * @throws {InvalidEnvironment} when its file or variables cannot be read.
 */
export function temporalProfile({ variables }: Pick<Environment, 'variables'>): TemporalProfile {
  try {
    const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: { ...variables } });
    const { address = DEFAULT_ADDRESS } = connectionOptions;
    return {
      address,
      isDefault: connectionOptions.address === undefined,
      namespace: namespace ?? 'default',
      connectionOptions: { ...connectionOptions, address },
    };
  } catch (error) {
    throw new InvalidEnvironment([
      {
        path: 'TEMPORAL_*',
        message: error instanceof Error ? error.message : String(error),
        expected: "variables or a file as Temporal's environment configuration describes them",
      },
    ]);
  }
}

/** What workers need of a server. */
export interface WorkerConnection {
  connection: NativeConnection;
  client: Client;
  namespace: string;
  close(): Promise<void>;
}

/**
 * Connects workers to the server of the profile. Logs of Temporal's runtime go to `log` from then on.
 * @param metricsAddress where metrics are served to Prometheus; nowhere when null.
 */
export async function connectWorkers(
  profile: TemporalProfile,
  log: Log,
  metricsAddress: string | null,
): Promise<WorkerConnection> {
  installRuntime(log, metricsAddress);
  const connection = await NativeConnection.connect(profile.connectionOptions);
  try {
    const clientConnection = await Connection.connect(profile.connectionOptions);
    return {
      connection,
      client: new Client({ connection: clientConnection, namespace: profile.namespace, dataConverter }),
      namespace: profile.namespace,
      close: async () => {
        await clientConnection.close();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
