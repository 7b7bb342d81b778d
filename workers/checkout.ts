import { fileURLToPath } from 'node:url';

/** The folder of this checkout, absolute, without a slash at its end. */
export const checkoutDir = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
