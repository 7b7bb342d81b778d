export { loadOrganisation } from './load-organisation.ts';
export type { ConfigProblem } from './yaml-file.ts';
