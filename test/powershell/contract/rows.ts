/**
 * What was measured on a real PowerShell 7.6.5 and what the dispatcher and runner passed there, row by row. Each list is
 * the key of a table of proofs, so that a row without its proof does not compile.
 */
export const FACTS = [
  'with a real terminal control sequences stand before every output: the answer is found anywhere',
  'what a script writes to the console stands in the same stream: only the marked answer counts',
  'exit at top level ends the process with its code',
  'a process that ends in mid-call is told at once and costs its own call only',
  'nothing can be sent to a process that has ended',
  'a time limit ends the process, not only the wait',
  'bytes on stderr are no failure',
  'a prompt fails at once',
  'a program that reads its input does not eat our lines',
  'a line of 4 MiB goes through; a request is capped at 1 MiB',
  'an answer of 8 MiB is cut off as too large',
  'a live object is refused instead of taken apart',
  'a time in a parameter stays text',
  'integers beyond 2^53 travel as text',
  'between two calls variables are cleared and the environment is not',
  'one process and runspace serves many calls',
  'a session is replaced after its calls or above its memory',
  'a pool serves as many calls at once as it has sessions',
  'a COMException is told by its HRESULT and type',
] as const;
export type Fact = (typeof FACTS)[number];

export const REMOTING = [
  'a session with a target is kept and used again',
  'a module is loaded by two statements, so that its text reaches the target as a script block',
  'warnings, information and verbose lines of remote code come with its answer',
  'a refused connection, a wrong key and an unknown host key are told apart by what ssh printed',
  "a target's shell that dies in mid-call is lost, and the next call opens another",
  'a running remote call can be cancelled, and the target used again',
  'a target that stopped answering is given up at the time limit',
  'long work is detached: it outlives the shell that started it',
  'a missing mandatory parameter never leaves',
  'nothing is added to what a script returned',
] as const;
export type RemotingRow = (typeof REMOTING)[number];

export const CASES = [
  'quotes in a parameter',
  '$() in a parameter',
  'backticks in a parameter',
  'newlines in a parameter',
  'æøå in a parameter',
  '漢字 in a parameter',
  'emoji in a parameter',
  'nested arrays',
  'nulls',
  'booleans',
  'ISO dates kept as text',
  'throw',
  'a failing cmdlet',
  'a failing native program',
  'a missing native program',
  'a COMException',
  'an error record with an id',
  'exit',
  'soft errors beside a good result',
  'warnings, verbose and information collected',
  'raw stdout and stderr kept apart',
  'a missing parameter',
  'an unknown parameter',
  'DateTime, TimeSpan, NaN, Version, Guid and enum',
  'a result that is too deep',
  'a live object in the result',
  'a secret in the result',
  'a null result',
  'no result',
  'two results',
  'empty values in the result',
  'an unknown transport',
  'a refused connection',
  'a bad key',
  'an unknown host key',
] as const;
export type Case = (typeof CASES)[number];
