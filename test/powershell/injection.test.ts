import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { temporaryFolder } from '../temporary.ts';
import { HOSTILE, LARGE } from './hostile-strings.ts';
import { because, noRealShell } from './shells.ts';
import { ECHO, openTextShell, type TextShell } from './text-shell.ts';

describe.skipIf(noRealShell !== null)(
  `a hostile text comes back equal, and nothing runs${because(noRealShell)}`,
  () => {
    let shell: TextShell;
    beforeAll(() => {
      shell = openTextShell();
    });
    afterAll(() => shell.shell.close());

    const named = (text: string): unknown => JSON.parse(`{${JSON.stringify(text)}:1}`);
    test.each<[string, (texts: string[]) => unknown[]]>([
      ['as a parameter', (texts) => [...texts, ...LARGE, '']],
      ['in a list', (texts) => [texts]],
      ['deep in an object', (texts) => [{ a: texts.map((text) => ({ b: text, c: { d: [text, null] } })) }]],
      ['as the name of a field', (texts) => [texts.map(named)]],
    ])('%s', { timeout: 60_000 }, async (_where, valuesOf) => {
      const folder = await temporaryFolder();
      const texts = HOSTILE.map((text) => text.replaceAll('$CANARY', join(folder, 'canary')));
      for (const Value of valuesOf(texts))
        expect(await shell.run(ECHO, { Value })).toMatchObject({ kind: 'result', result: { value: Value } });
      expect(await readdir(folder)).toEqual([]);
      // A second session would be one that had lost the first.
      expect(shell.pids).toHaveLength(1);
    });
  },
);

test.each(Object.values(SCRIPTS).map((contract) => [contract.name, contract] as const))(
  'the contract of %s takes no hostile name of a host or endpoint',
  (_name, { parameters }) => {
    const isTaken = (name: string): boolean => {
      const checked = parameters.safeParse({ HostName: name, EndpointName: name });
      const fields = checked.success ? [] : checked.error.issues.map(({ path }) => String(path[0]));
      return !fields.some((field) => /^(Host|Endpoint)Name$/.test(field));
    };
    expect(isTaken('app01.corp.example')).toBe(true);
    expect(HOSTILE.filter((text) => !/^[a-z0-9]+$/.test(text)).filter(isTaken)).toEqual([]);
  },
);

test('every contract of a host says when the address leads to another machine', () => {
  const onHosts = Object.values(SCRIPTS).filter(({ secrets }) => secrets === undefined);
  expect(onHosts.length).toBeGreaterThan(7);
  expect(onHosts.filter(({ failures }) => !('FettleWrongHost' in failures))).toEqual([]);
});
