import { ShellError } from './plant-client.ts';

/** What `ConvertTo-FettlePlain` makes of the values of the behaviour `types`. */
export const TYPES = {
  time: '2026-11-22T10:00:00.0000000Z',
  offset: '2026-11-22T10:00:00.0000000+00:00',
  duration: 'P1DT2H3M4S',
  nan: 'NaN',
  version: '1.2.3.4',
  guid: '3f0f3c0a-6d6f-4f0c-9f43-7f5a3c1d2e4b',
  enum: 'Monday',
  uri: 'https://wsus.corp.example/a?b=c',
  bytes: 'AQL/',
};

/** The empty values of the behaviour `empty`. */
export const EMPTY = { text: '', list: [], table: {}, nothing: null };

/** Throws what the runner says of a result that cannot leave PowerShell. */
export function unanswerable(message: string): never {
  throw new ShellError(message, { stage: 'result', hresult: '0x80131509', id: message });
}
