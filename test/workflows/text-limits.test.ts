import { expect, test } from 'vitest';
import { detailsText, summaryText } from '../../workflows/text-limits.ts';

const bytes = (text: string): number => new TextEncoder().encode(text).length;

test('a summary stays within 200 bytes in any script, and no character is cut in two', () => {
  const cut = summaryText('監視🛰'.repeat(60));
  expect(bytes(cut)).toBeLessThanOrEqual(200);
  expect(bytes(cut)).toBeGreaterThan(190);
  expect('監視🛰'.repeat(60).startsWith(cut)).toBe(true);
  expect(cut.at(-1)).toMatch(/[監視]|[\uDC00-\uDFFF]/);
});

test('what fits is left as it is, and details stay within 20 KB', () => {
  expect(summaryText('app01: preflight')).toBe('app01: preflight');
  expect(bytes(detailsText('ä'.repeat(20_000)))).toBeLessThanOrEqual(20_000);
});
