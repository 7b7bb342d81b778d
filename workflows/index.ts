/** The workflow types of a control worker's bundle. */
export { holdLock } from './hold.ts';
export { patchHost } from './patch-host.ts';
export { patchWindow } from './patch-window.ts';
