import { expect, test } from 'vitest';
import { createLog } from '../../workers/log.ts';
import type { LogOptions } from '../../workers/log.ts';

function recorded(options: Omit<LogOptions, 'stream'>): { log: ReturnType<typeof createLog>; lines: string[] } {
  const lines: string[] = [];
  return { log: createLog({ ...options, stream: { write: (line) => void lines.push(line) } }), lines };
}

test('a record is one line of JSON with its time in UTC', () => {
  const { log, lines } = recorded({ level: 'info', readable: false });
  log.info({ host: 'app01.corp.example' }, 'Patched\nand back');
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd()).not.toContain('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    host: 'app01.corp.example',
    msg: 'Patched\nand back',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
});

test('secrets do not reach the log, at any depth that a record has', () => {
  const { log, lines } = recorded({ level: 'info', readable: false });
  const password = 'correct horse';
  log.info({
    password,
    user: 'svc-patch',
    connection: { apiKey: password, options: { auth: { token: password } } },
    decision: { code: '492039' },
  });
  expect(lines.join('')).not.toMatch(/correct horse|492039/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ password: '[secret]', user: 'svc-patch' });
});

test("an error's code is no secret", () => {
  const { log, lines } = recorded({ level: 'info', readable: false });
  log.error({ err: Object.assign(new Error('no answer'), { code: 'ECONNREFUSED' }) }, 'lost');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ err: { code: 'ECONNREFUSED' } });
});

test('records below the level are left out', () => {
  const { log, lines } = recorded({ level: 'warn', readable: false });
  log.info('quiet');
  log.warn('loud');
  expect(lines).toHaveLength(1);
});

test('on a terminal a record is readable and has no colours where none are wanted', () => {
  const { log, lines } = recorded({ level: 'info', readable: true, colours: false });
  log.info('Workers take work.');
  expect(lines.join('')).toMatch(/^\[[\d:.]+\] INFO: Workers take work\.\n$/);
});
