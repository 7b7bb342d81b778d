/** Search attributes of every run and turn; `fettle doctor` and the lab create them on the namespace. They are never encrypted. */
export const SEARCH_ATTRIBUTES = {
  FettleRunbook: 'KEYWORD',
  FettleSite: 'KEYWORD_LIST',
  FettleChange: 'KEYWORD',
  /**
   * Of a run: `planning`, `running`, `paused` or `aborting`, then its outcome, `rejected` and `dry-run` too. Of a turn: `running`,
   * then the state of its targets, or `partly` where they differ.
   */
  FettleOutcome: 'KEYWORD',
  /** The open question's text, cut to 200 characters, or `none`. */
  FettleQuestion: 'KEYWORD',
  /** Ids of a turn's targets. */
  FettleTarget: 'KEYWORD_LIST',
  /** Locks that a turn holds or asks for: `group/<name>`, `datastore/<endpoint>/<name>`. */
  FettleLocks: 'KEYWORD_LIST',
} as const;
export type SearchAttributeName = keyof typeof SEARCH_ATTRIBUTES;
