import type { Inventory } from '../../model/inventory.ts';
import type { JournalEntry, MaintenanceState, PlantVerbs } from './api.ts';
import type { PlantClock } from './clock.ts';
import type { Journal } from './journal.ts';
import { threw } from './plant-error.ts';

/** Error id of a monitoring system that refuses. */
const REFUSED = 'FettleMaintenanceRefused';

interface Maintenance {
  until: string;
  callOff: () => void;
}

/** Maintenance mode of monitored objects, by endpoint. It ends by itself at its time, which is real wall-clock time. */
export class Monitoring {
  readonly #objects = new Map<string, Map<string, Maintenance | null>>();
  readonly #clock: PlantClock;
  readonly #journal: Journal;

  constructor(inventory: Inventory, clock: PlantClock, journal: Journal) {
    this.#clock = clock;
    this.#journal = journal;
    for (const endpoint of inventory.endpoints)
      if (endpoint.kind === 'monitoring') this.#objects.set(endpoint.name, new Map());
    for (const { monitoring } of inventory.hosts)
      for (const object of monitoring?.objects ?? []) this.#objects.get(monitoring?.endpoint ?? '')?.set(object, null);
  }

  state(endpoint: string, objects: string[]): MaintenanceState[] {
    const known = this.#known(endpoint, objects);
    return objects.map((object) => {
      const maintenance = known.get(object) ?? null;
      return { object, inMaintenance: maintenance !== null, until: maintenance?.until ?? null };
    });
  }

  /** Starts maintenance mode, or extends it where it is on and ends earlier; one journal entry for each of the two. */
  start(endpoint: string, request: PlantVerbs['Start-FettleMaintenance']['request']): MaintenanceState[] {
    const known = this.#known(endpoint, request.objects);
    const until = new Date(request.until);
    if (until.getTime() <= Date.now())
      throw threw(`Maintenance mode cannot end in the past, at ${request.until}.`, undefined, REFUSED);
    const started = request.objects.filter((object) => known.get(object) === null);
    const extended = request.objects.filter((object) => Date.parse(known.get(object)?.until ?? '') < until.getTime());
    for (const object of [...started, ...extended]) {
      known.get(object)?.callOff();
      const callOff = this.#clock.at(until.getTime(), () => this.#end(endpoint, [object], '', 'ended by itself'));
      known.set(object, { until: until.toISOString(), callOff });
    }
    const detail = `until ${until.toISOString()}: ${request.comment}`;
    this.#record(endpoint, 'maintenance-on', request.key, started, detail);
    this.#record(endpoint, 'maintenance-extended', request.key, extended, detail);
    return this.state(endpoint, request.objects);
  }

  /** Ends maintenance mode where it is on. */
  stop(endpoint: string, request: PlantVerbs['Stop-FettleMaintenance']['request']): MaintenanceState[] {
    this.#known(endpoint, request.objects);
    this.#end(endpoint, request.objects, request.key, request.comment);
    return this.state(endpoint, request.objects);
  }

  #end(endpoint: string, objects: string[], key: string, comment: string): void {
    const known = this.#known(endpoint, objects);
    const ended = objects.filter((object) => known.get(object) !== null);
    for (const object of ended) {
      known.get(object)?.callOff();
      known.set(object, null);
    }
    this.#record(endpoint, 'maintenance-off', key, ended, comment);
  }

  #record(host: string, effect: JournalEntry['effect'], key: string, objects: string[], detail: string): void {
    if (objects.length > 0) this.#journal.record({ host, effect, key, detail: `${objects.join(', ')} ${detail}` });
  }

  #known(endpoint: string, objects: string[]): Map<string, Maintenance | null> {
    const known = this.#objects.get(endpoint);
    if (known === undefined) throw threw(`${endpoint} is no monitoring endpoint.`, undefined, REFUSED);
    const unknown = objects.filter((object) => !known.has(object));
    if (unknown.length > 0) throw threw(`${endpoint} does not monitor ${unknown.join(', ')}.`, undefined, REFUSED);
    return known;
  }
}
