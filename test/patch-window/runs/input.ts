/** The input of a patch window over these hosts, as a file would hold it; single fields may be replaced. */
export function windowInput(hosts: readonly string[], change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    change: 'CHG0012345',
    reason: 'Monthly security updates',
    site: ['nordhavn', 'vestby'],
    targets: { names: hosts },
    updates: { classifications: ['Security Updates'] },
    window: { closes: '+4h' },
    waves: [{ name: 'all', rest: true, canary: false, concurrency: Math.min(hosts.length, 8) }],
    failureBudget: { percent: 100 },
    soak: '0s',
    snapshot: { take: 'when-possible', keep: '24h' },
    ...change,
  };
}

/** Waves of one target each, in this order of tags or counts, none of them a canary. */
export function oneByOne(hosts: readonly string[]): Record<string, unknown> {
  return { waves: hosts.map((_, index) => ({ name: `wave ${index + 1}`, count: 1, canary: false })) };
}
