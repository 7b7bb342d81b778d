/** A duration in milliseconds as `2 h 05 min`, `3 min 20 s`, `4 s` or, below half a second, `50 ms`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds === 0 && ms > 0) return `${Math.ceil(ms)} ms`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
