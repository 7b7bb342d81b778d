import type { FailureType } from '../../model/failures.ts';
import type { SystemFailure } from './outcome.ts';

/** Thrown where something is refused before anything is sent. The message says what would be right. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly type: FailureType;

  constructor(type: FailureType, message: string) {
    super(message);
    this.type = type;
  }
}

/** How what was refused ends. @throws whatever else the error is. */
export function refusalOf(error: unknown): Extract<SystemFailure, { kind: 'refused' }> {
  if (!(error instanceof Refusal)) throw error;
  return { kind: 'refused', type: error.type, message: error.message };
}
