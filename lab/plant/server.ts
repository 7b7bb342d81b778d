import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import { Plant, type PlantOptions } from './plant.ts';
import { plantRoutes } from './routes.ts';

export interface PlantServer {
  /** `http://127.0.0.1:<port>` */
  url: string;
  plant: Plant;
  /** Ends every request, hanging ones too, and leaves no timer. May be called more than once. */
  close(): Promise<void>;
}

/** Makes a plant and serves it on a free port of 127.0.0.1. */
export async function startPlant(options: PlantOptions): Promise<PlantServer> {
  const plant = new Plant(options);
  const server = createAdaptorServer({ fetch: plantRoutes(plant).fetch }) as Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | null = null;
  return {
    url: `http://127.0.0.1:${port}`,
    plant,
    close: async () => (closing ??= shut(server, plant)),
  };
}

async function shut(server: Server, plant: Plant): Promise<void> {
  plant.close();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
