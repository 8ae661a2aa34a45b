/** One request the simulator answered (or let go unanswered: status 0). */
export type RequestRecord = {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly at: Date;
};

/** The last requests and the number of all of them per endpoint. */
export type RequestLog = {
  readonly requests: readonly RequestRecord[];
  /** By method and pattern, such as `PATCH /api/contacts/{id}/edit`; since the start, not bounded. */
  readonly counts: ReadonlyMap<string, number>;
  readonly add: (record: RequestRecord, endpoint: string) => void;
};

const KEPT = 10_000;

export function makeRequestLog(): RequestLog {
  const requests: RequestRecord[] = [];
  const counts = new Map<string, number>();
  return {
    requests,
    counts,
    add(record, endpoint) {
      counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
      requests.push(record);
      // Trimmed now and then, so that a request does not move ten thousand entries.
      if (requests.length >= 2 * KEPT) requests.splice(0, requests.length - KEPT);
    },
  };
}
