#!/usr/bin/env node
// Started by node-powershell in place of pwsh: takes its arguments (-NoLogo ... -NoExit -Command -) and ignores them.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');
