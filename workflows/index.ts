/** The workflow types of a control worker's bundle. */
export { holdGroup } from './group-hold.ts';
export { patchHost } from './patch-host.ts';
export { patchWindow } from './patch-window.ts';
