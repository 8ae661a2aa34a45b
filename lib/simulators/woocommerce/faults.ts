/** What can go wrong with one request. */
export type FaultKind =
  /** WordPress' critical error; nothing is done. */
  | 'status-500'
  /** The maintenance page of an update, with Retry-After; nothing is done. */
  | 'html-503'
  | 'rate-limit-429'
  /** A cache or a firewall answers with a page and status 200; nothing is done. */
  | 'html-200'
  /** A firewall refuses; nothing is done. */
  | 'html-403'
  /** The connection breaks; nothing is done. */
  | 'reset-before'
  /** It is done, then the connection breaks. */
  | 'commit-then-reset'
  /** It is done, then the critical error. */
  | 'commit-then-500';

export interface Faults {
  /** The next `times` requests fail this way. */
  failNext(kind: FaultKind, times?: number): void;
  /** Takes the fault of the next request, if any. */
  strike(): FaultKind | undefined;
}

export function createFaults(): Faults {
  const waiting: FaultKind[] = [];
  return {
    failNext: (kind, times = 1) => void waiting.push(...Array.from({ length: times }, () => kind)),
    strike: () => waiting.shift(),
  };
}
