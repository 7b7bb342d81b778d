/** Search attributes of every run and turn; `fettle doctor` and the lab create them on the namespace. They are never encrypted. */
export const SEARCH_ATTRIBUTES = {
  FettleRunbook: 'KEYWORD',
  FettleSite: 'KEYWORD_LIST',
  FettleChange: 'KEYWORD',
  /** A run's live word (`planning`, `running`, `paused`) or its outcome; a target's state for a turn. */
  FettleOutcome: 'KEYWORD',
  /** The open question's text, cut to 200 characters, or `none`. */
  FettleQuestion: 'KEYWORD',
  /** Ids of a turn's targets. */
  FettleTarget: 'KEYWORD_LIST',
} as const;
export type SearchAttributeName = keyof typeof SEARCH_ATTRIBUTES;
