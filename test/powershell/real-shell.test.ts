import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { because, noRealShell } from './shells.ts';
import { openTextShell, type TextShell, WELL, well } from './text-shell.ts';

/** What scripts do to the shell they run in, and what a real PowerShell makes of it; no other shell can be asked. */

function open(): TextShell {
  const opened = openTextShell();
  onTestFinished(() => opened.shell.close());
  return opened;
}

describe.skipIf(noRealShell !== null)(`a script in a real PowerShell${because(noRealShell)}`, () => {
  /** For scripts that leave nothing behind. */
  let shared: TextShell;
  beforeAll(() => {
    shared = openTextShell();
  });
  afterAll(() => shared.shell.close());

  test.each([
    [
      'that returns a table with numbers for names keeps each value under its own',
      "[ordered]@{ 7 = 'a'; 0 = 'b' }",
      { 7: 'a', 0: 'b' },
    ],
    [
      'that returns a table with names of its own properties keeps its values',
      '@{ Keys = 1; Values = 2; Count = 3; Item = 4; GetEnumerator = 5 }',
      { Keys: 1, Values: 2, Count: 3, Item: 4, GetEnumerator: 5 },
    ],
    ['may call its variables $entry, $name or $o', '$entry = $name = $o = 1; @{ o = $o }', { o: 1 }],
  ])(`%s`, async (_, text, result) => {
    const { run } = shared;
    expect(await run(text)).toMatchObject({ kind: 'result', result });
  });

  test.each([
    ['whose integer would lose digits is refused', '@{ size = [long] 9007199254740993 }', /beyond 2\^53.*as text/],
    [
      'that returns half of a character is refused, and no other one sent',
      '@{ name = [string] [char] 0xD83E }',
      /surrogate pair/,
    ],
  ])(`%s`, async (_, text, says) => {
    const { run } = shared;
    const outcome = await run(text);
    expect(outcome).toMatchObject({ kind: 'broke-contract' });
    expect(outcome).toHaveProperty('message', expect.stringMatching(says));
  });

  test('that writes a flood of warnings is done all the same, and some of them are kept', async () => {
    const text =
      "foreach ($i in 1..4000) { Write-Warning ('w' * 400); Write-Verbose 'v' -Verbose }; @{ value = 'well' }";
    const { run, recycles } = shared;
    const outcome = await run(text);
    expect(outcome).toMatchObject(well);
    expect(outcome.said.filter(({ kind }) => kind === 'warning')).toHaveLength(50);
    expect(outcome.said).toContainEqual({ kind: 'verbose', text: '[3951 more left out]' });
    expect(recycles).toEqual([]);
  });

  test('counts and writes as ever after one that set another culture', async () => {
    const text = "[cultureinfo]::CurrentCulture = 'de-DE'; @{ said = (1.5).ToString() }";
    const next = '@{ said = (1.5).ToString(); name = [cultureinfo]::CurrentCulture.Name }';
    const { run } = shared;
    const before = await run(next);
    expect(await run(text)).toMatchObject({ kind: 'result', result: { said: '1,5' } });
    expect(await run(next)).toEqual(before);
  });

  test('that takes the runner away costs its session, and the next call has another', async () => {
    const text = "Remove-Module -Name Fettle.Runner -Force; @{ value = 'well' }";
    const { run, recycles } = open();
    await run(text);
    const next = await run(WELL);
    if (next.kind !== 'result') {
      expect(next).toMatchObject({ kind: 'caller-failed' });
      expect(recycles).toEqual(['protocol']);
    }
    expect(await run(WELL)).toMatchObject(well);
  });

  test.each([
    ['@{ said = [Console]::In.ReadToEnd() }', { said: '' }],
    ['@{ said = [Console]::ReadLine() }', { said: null }],
  ])('that reads its input finds its end at once: %s', async (text, result) => {
    const { run, recycles } = shared;
    const [read, next] = await Promise.all([run(text), run(WELL)]);
    expect(read).toMatchObject({ kind: 'result', result });
    expect(next).toMatchObject(well);
    expect(recycles).toEqual([]);
  });

  test.each([
    ['ends its PowerShell as if all were well', '[Environment]::Exit(0)', 'caller-failed', 'died'],
    ['kills its PowerShell', 'Stop-Process -Id $PID -Force; Start-Sleep -Seconds 60', 'caller-failed', 'died'],
    ['freezes its PowerShell', '& kill -STOP $PID; Start-Sleep -Seconds 60', 'timed-out', 'timeout'],
    ['never ends', 'Start-Sleep -Seconds 60', 'timed-out', 'timeout'],
    [
      'floods the output',
      "foreach ($i in 1..5) { [Console]::Out.Write('x' * 1MB) }; Start-Sleep -Seconds 60",
      'caller-failed',
      'flooded',
    ],
  ])('that %s costs its own call only', async (_, text, kind, reason) => {
    const { run, recycles } = shared;
    const before = recycles.length;
    await run(WELL);
    const [broken, next] = await Promise.all([
      run(text, {}, { limitMs: kind === 'timed-out' ? 700 : 20_000 }),
      run(WELL),
    ]);
    expect(broken).toMatchObject({ kind });
    expect(next).toMatchObject(well);
    expect(recycles.slice(before)).toEqual([reason]);
  });
});
