export { loadOrganisation } from './load-organisation.ts';
export type { LoadedOrganisation } from './load-organisation.ts';
export type { ConfigProblem } from './yaml-file.ts';
