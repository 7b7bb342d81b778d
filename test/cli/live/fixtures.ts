import { Writable } from 'node:stream';
import xterm from '@xterm/headless';
import { Terminal } from '../../../cli/terminal.ts';
import { capture } from '../fixtures.ts';

/** A terminal with a screen of its own, whose rows can be read as a person would see them. */
export function screen(rows: number, columns: number) {
  const shown = new xterm.Terminal({ rows, cols: columns, convertEol: true, allowProposedApi: true });
  const written: string[] = [];
  const show = (text: string, done: () => void) => {
    written.push(text);
    shown.write(text, done);
  };
  const stream = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => show(text, done),
    writev: (chunks, done) => show(chunks.map(({ chunk }) => String(chunk)).join(''), done),
  });
  const stdout = Object.assign(stream, { isTTY: true, rows, columns });
  return {
    terminal: new Terminal({ ...capture(), stdout }, false),
    resize: (newRows: number, newColumns: number) => {
      Object.assign(stdout, { rows: newRows, columns: newColumns });
      shown.resize(newColumns, newRows);
    },
    /** What was written, write by write. */
    written,
    /** Everything that was written, also what has left the screen at its top; without the empty rows at the end. */
    text: async (): Promise<string[]> => {
      await new Promise((resolve) => stream.write('', resolve));
      const { active } = shown.buffer;
      const all = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
      return all.slice(0, all.findLastIndex((row) => row !== '') + 1);
    },
  };
}
