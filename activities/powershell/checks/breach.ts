/** Something that a rule refuses, at a line of the file that is looked at. */
export interface Breach {
  line: number;
  /** What is refused, as checks/exceptions.ts names it: `Invoke-Command`, `& $block`, `[Console]::Out`, `.AddScript`. */
  construct: string;
  message: string;
  /** What to write instead. */
  expected: string;
}
