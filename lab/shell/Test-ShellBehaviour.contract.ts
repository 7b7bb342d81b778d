import { z } from 'zod';
import { defineScript } from '../../model/script-contract.ts';

const BEHAVIOURS = [
  'echo',
  'noise',
  'forge',
  'hang',
  'die',
  'exit',
  'large',
  'fail',
  'fail-with-id',
  'two-values',
  'child',
] as const;

/** Misbehaves in the way that is asked for: by it the tests hold the real and the simulated shell to one behaviour. */
export default defineScript({
  name: 'Test-ShellBehaviour',
  file: new URL('./Test-ShellBehaviour.ps1', import.meta.url),
  effect: 'read',
  timeLimitMs: 30_000,
  parameters: z.strictObject({ Behaviour: z.enum(BEHAVIOURS), Value: z.unknown() }),
  result: z.strictObject({ value: z.unknown() }),
  failures: { '0x80240009': 'UpdateBusy', FettleBehaviour: 'UpdateFailed' },
});
