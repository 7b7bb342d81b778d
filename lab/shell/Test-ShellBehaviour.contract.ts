import { z } from 'zod';
import { defineScript } from '../../model/contract.ts';

export const BEHAVIOURS = [
  'echo',
  'length',
  'large',
  'wait',
  'noise',
  'stderr-only',
  'forge',
  'hang',
  'die',
  'exit',
  'fail',
  'fail-with-id',
  'throw',
  'failing-cmdlet',
  'failing-program',
  'missing-program',
  'prompt',
  'program-reads-input',
  'child',
  'types',
  'big-integers',
  'too-deep',
  'live-object',
  'secret',
  'null',
  'nothing',
  'empty',
  'two-values',
  'remember',
  'recall',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

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
