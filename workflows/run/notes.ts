import type { RunNote } from '../../model/run.ts';

/** How many of each kind are kept, and how many travel to the next execution. */
const MAX_NOTES = 100;
const MAX_HANDED_ON = 20;

interface KeptNote extends RunNote {
  kind: 'own' | 'message';
}

/** Notes as they travel to the next execution of their run. */
export interface NotesState {
  kept: KeptNote[];
  leftOut: number;
}

/**
 * What a run notes: of what it did itself, and of the messages that came. Anybody may send messages, thousands of them, so of each
 * kind the newest are kept: a flood pushes nothing out that the run says of itself.
 */
export class Notes {
  private kept: KeptNote[] = [];
  /** How many are kept no longer. */
  leftOut = 0;

  add(kind: KeptNote['kind'], text: string): void {
    this.kept.push({ at: new Date().toISOString(), text, kind });
    this.keep(kind, MAX_NOTES);
  }

  get list(): RunNote[] {
    return this.kept.map(({ at, text }) => ({ at, text }));
  }

  handOn(): NotesState {
    const handed = new Notes();
    handed.takeOver({ kept: this.kept, leftOut: this.leftOut });
    handed.keep('own', MAX_HANDED_ON);
    handed.keep('message', MAX_HANDED_ON);
    return { kept: handed.kept, leftOut: handed.leftOut };
  }

  takeOver({ kept, leftOut }: NotesState): void {
    this.kept = [...kept];
    this.leftOut = leftOut;
  }

  /** Keeps the newest of a kind. */
  private keep(kind: KeptNote['kind'], most: number): void {
    let over = this.kept.filter((note) => note.kind === kind).length - most;
    if (over <= 0) return;
    this.leftOut += over;
    this.kept = this.kept.filter((note) => note.kind !== kind || (over -= 1) < 0);
  }
}
