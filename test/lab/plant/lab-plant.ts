import { onTestFinished } from 'vitest';
import {
  type FaultOrder,
  generateInventory,
  type PlantServer,
  type PlantVerb,
  type PlantVerbs,
  startPlant,
} from '../../../lab/plant/index.ts';
import type { Inventory } from '../../../model/inventory.ts';

export const APP = 'app01.corp.example';
export const WAIT_MS = 10_000;
/** An hour of the plant takes 180 ms. */
const FAST = 20_000;

interface Given {
  hosts?: number;
  scale?: number;
  faults?: FaultOrder[];
  inventory?: Inventory;
}

/** A served plant that ends with its test. */
export async function testPlant({ hosts = 24, scale = FAST, faults = [], inventory }: Given = {}): Promise<TestPlant> {
  const server = await startPlant({ inventory: inventory ?? generateInventory(hosts, 7), seed: 7, scale, faults });
  onTestFinished(async () => server.close());
  return new TestPlant(server);
}

export class TestPlant {
  readonly server: PlantServer;

  constructor(server: PlantServer) {
    this.server = server;
  }

  get plant(): PlantServer['plant'] {
    return this.server.plant;
  }

  /** A good answer over REST; anything else throws. */
  async ask<V extends PlantVerb>(
    host: string,
    verb: V,
    request: PlantVerbs[V]['request'],
  ): Promise<PlantVerbs[V]['answer']> {
    const { status, body } = await this.send('POST', `/hosts/${host}/${verb}`, request);
    if (status !== 200) throw new Error(`${verb} on ${host}: ${status} ${JSON.stringify(body)}`);
    return body as PlantVerbs[V]['answer'];
  }

  /** A bad answer over REST, as `<status> <hresult> <id>`. */
  async refusal<V extends PlantVerb>(host: string, verb: V, request: PlantVerbs[V]['request']): Promise<string> {
    const { status, body } = await this.send('POST', `/hosts/${host}/${verb}`, request);
    const { error } = body as { error?: { hresult: string; id: string } };
    return `${status} ${error?.hresult} ${error?.id}`;
  }

  async send(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${this.server.url}${path}`, init);
    return { status: response.status, body: await response.json() };
  }

  /** Starts a task for everything that is offered, or for one KB of it. */
  async install(host: string, taskName: string, kb?: string, timeLimitMinutes = 60): Promise<void> {
    const { updates } = await this.ask(host, 'Get-FettleOfferedUpdate', {});
    const chosen = updates.filter((update) => kb === undefined || update.kb === kb);
    const ids = chosen.map(({ id, revision }) => ({ id, revision }));
    await this.ask(host, 'Start-FettleUpdateTask', {
      taskName,
      key: `key/${taskName}`,
      updates: ids,
      timeLimitMinutes,
    });
  }

  async installEnd(host: string): Promise<void> {
    await this.plant.until(() => this.plant.host(host).installing === null, WAIT_MS);
  }

  async power(host: string, power: 'up' | 'shutting-down' | 'down' | 'stuck'): Promise<void> {
    await this.plant.until(() => this.plant.host(host).power === power, WAIT_MS);
  }

  /** Restarts the host and waits until it is up again, has done its servicing and runs its services. */
  async reboot(host: string, key = 'reboot-key'): Promise<void> {
    const before = this.plant.host(host).bootTime;
    await this.ask(host, 'Restart-FettleHost', { key, reason: 'test' });
    await this.plant.until(() => {
      const { bootTime, servicing, servicesDown } = this.plant.host(host);
      return bootTime !== before && !servicing && servicesDown.length === 0;
    }, WAIT_MS);
  }

  effects(host: string): string[] {
    return this.plant
      .journal()
      .filter((entry) => entry.host === host && entry.key !== '')
      .map(({ effect, key }) => `${effect} ${key}`);
  }
}
