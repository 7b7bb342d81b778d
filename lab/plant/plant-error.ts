/** The three bad answers of the plant (api.ts). Anything else that is thrown is a defect of the plant itself. */
export class PlantError extends Error {
  readonly status: 422 | 503 | 410;
  readonly hresult: string;
  readonly id: string;

  constructor(status: 422 | 503 | 410, message: string, hresult: string, id: string) {
    super(message);
    this.name = 'PlantError';
    this.status = status;
    this.hresult = hresult;
    this.id = id;
  }
}

/** What PowerShell reports for an error without an HRESULT of its own. */
export const RUNTIME_EXCEPTION = '0x80131501';

/** The function ran and threw. */
export function threw(message: string, hresult = RUNTIME_EXCEPTION, id = 'FettlePlantRefused'): PlantError {
  return new PlantError(422, message, hresult, id);
}

/** The host was not reached: nothing ran there. By the ids of this and the next one a call's outcome says what remoting would say. */
export function notReached(message: string): PlantError {
  return new PlantError(503, message, '0x80338126', 'FettlePlantUnreachable');
}

/** The host went away in mid-call: what ran, ran. */
export function wentAway(host: string): PlantError {
  return new PlantError(410, `${host} went away in the middle of the call.`, '0x800703E3', 'FettlePlantLost');
}
