/** Bytes of a summary, below the limit of 200 that the SDK sets. */
const SUMMARY_BYTES = 195;
/** Bytes of details, below the SDK's limit of 20 KB. */
const DETAILS_BYTES = 19_500;

/** A summary within its limit, which counts bytes: names of waves, groups and services may be of any script. */
export function summaryText(text: string): string {
  return cutBytes(text, SUMMARY_BYTES);
}

/** Details in Markdown within their limit. */
export function detailsText(markdown: string): string {
  return cutBytes(markdown, DETAILS_BYTES);
}

/** At most `most` bytes of UTF-8; no character is cut in two. */
function cutBytes(text: string, most: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(most));
  return read === text.length ? text : text.slice(0, read);
}

/** Text for one line of Markdown: no line breaks, at most 300 characters. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
