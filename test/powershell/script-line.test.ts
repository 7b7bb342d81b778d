import { describe, expect, test } from 'vitest';
import { scriptLine } from '../../activities/powershell/script-line.ts';

describe('the line of a script in which it failed', () => {
  test.each([
    [
      'of the script itself',
      ['at <ScriptBlock>, <No file>: line 12', 'at Invoke-FettleScript, <No file>: line 61'],
      12,
    ],
    [
      'from which a verb of the host module was called that failed',
      [
        'at Start-FettleUpdateTask, <No file>: line 40',
        'at <ScriptBlock>, <No file>: line 7',
        'at Invoke-FettleScript, <No file>: line 61',
        'at <ScriptBlock>, <No file>: line 3',
      ],
      7,
    ],
    [
      "in the host's language, as Windows PowerShell 5.1 tells it",
      ['bei <ScriptBlock>, <Keine Datei>: Zeile 5', 'bei Invoke-FettleScript, <Keine Datei>: Zeile 61'],
      5,
    ],
    ['of the first frame, when the runner does not show', ['at <ScriptBlock>, C:\\scripts\\Get-X.ps1: line 9'], 9],
    ['unknown without a trace', [], null],
    ['unknown when the trace has no number', ['at <ScriptBlock>, <No file>'], null],
  ])('is that %s', (_case, frames, line) => {
    expect(scriptLine(frames.join('\r\n'))).toBe(line);
  });
});
