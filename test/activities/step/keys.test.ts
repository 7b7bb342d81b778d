import { expect, it } from 'vitest';
import { artefactName, keyOf } from '../../../activities/step/keys.ts';
import type { StepRequest } from '../../../model/turn.ts';
import { inventoryHost, stepRequest } from '../patch-window/situation.ts';

const request = stepRequest(inventoryHost());

it.each(['app01.corp.example', '11111111-1111-4111-8111-111111111111', 'a_b (c).corp.example'])(
  'names what is left for %s by letters, digits and hyphens, short enough for every system',
  (target) => {
    expect(artefactName({ ...request, target }, 'snapshot-removal')).toMatch(
      /^fettle-[a-z0-9-]{3,20}-snapshot-rem-[0-9a-f]{16}$/,
    );
  },
);

it('never gives one name or key to two runs, stages, hosts, turns, steps, rounds or things', () => {
  const others: Partial<StepRequest>[] = [
    {},
    { run: { ...request.run, runKey: '0193-run-key-2' } },
    { stage: 'prove' },
    { target: 'app01.other.example' },
    { turn: 2 },
    { round: 2 },
  ];
  const names = others.map((other) => artefactName({ ...request, ...other }, 'install'));
  expect(new Set([...names, artefactName(request, 'snapshot')]).size).toBe(others.length + 1);
  expect(keyOf(request, 'install', 'one')).not.toBe(keyOf(request, 'install', 'other'));
});
