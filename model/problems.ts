/** One thing that is wrong with an input, a configuration file or a plan. */
export interface Problem {
  /** Where: a path such as `waves[1].percent`; the empty string for the whole document. */
  path: string;
  message: string;
  /** What would be right, in words that can be typed. */
  expected: string;
}

/** The details of an `InvalidInput` failure: every problem at once. */
export interface InvalidInput {
  type: 'InvalidInput';
  problems: Problem[];
}
