import { layersOf } from './layers.ts';
import { patternOf, type Pattern } from './pattern.ts';

/** Lines of a secret of several lines that are long enough to be secrets of their own. */
const LONG_LINE = 16;
/** A text that is shorter stands everywhere. */
const SHORTEST = 4;

/**
 * What is looked for to find a secret: the secret, and each long line of it. Where one looks like escapes itself, as `%41`
 * does, so does an echo of it, and may be decoded: then what it would become is looked for as well.
 */
export function patternsOf(value: string): Pattern[] {
  const lines = /[\r\n]/.test(value) ? value.split(/[\r\n]+/).filter((line) => line.length >= LONG_LINE) : [];
  const texts = [value, ...lines].flatMap((text) => [...layersOf(text)].map((layer) => layer.text));
  return [...new Set(texts)].filter((text) => text.length >= SHORTEST).map(patternOf);
}
