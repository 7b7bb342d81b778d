import type pc from 'picocolors';

export type Colours = ReturnType<typeof pc.createColors>;

/** What rendering must know of the place where the text goes. */
export interface Look {
  colours: Colours;
  /** Width in columns; null when nothing may be wrapped. */
  columns: number | null;
  /** IANA zone in which times are shown. */
  zone: string;
}
