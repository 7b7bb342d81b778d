import { expect, onTestFinished, test } from 'vitest';
import { endingSignals, onInterrupt } from '../../cli/interrupt.ts';

const heard = (signal: NodeJS.Signals): void => void process.emit(signal, signal);

test('on Windows also Ctrl+Break and the closing of the console ask a process to end', () => {
  expect(endingSignals('win32')).toEqual(['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP']);
});

test('elsewhere a hang-up is left to whoever decides on it, such as nohup', () => {
  expect(endingSignals('linux')).toEqual(['SIGINT', 'SIGTERM']);
});

test.each(endingSignals('win32'))(
  '%s asks once, any other asks again, and nothing listens any more afterwards',
  async (signal) => {
    const before = process.listenerCount(signal);
    const interrupt = onInterrupt('win32');
    onTestFinished(() => interrupt.stop());
    let again = false;
    void interrupt.second.then(() => (again = true));
    heard(signal);
    await interrupt.first;
    expect(again).toBe(false);
    heard('SIGTERM');
    await interrupt.second;
    interrupt.stop();
    expect(process.listenerCount(signal)).toBe(before);
  },
);
