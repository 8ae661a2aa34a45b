import type { HttpRequest } from '../../lib/http.ts';

/** Ends of exchanges that come when a test says so, and not when a busy machine is late. */
export interface Deadlines {
  readonly deadline: (request: HttpRequest) => AbortSignal;
  /** The time of every exchange with this endpoint is over; `path` is without its query. */
  readonly pass: (method: string, path: string) => void;
}

export function manualDeadlines(): Deadlines {
  const ends: { readonly endpoint: string; readonly end: AbortController }[] = [];
  return {
    deadline: ({ method, path }) => {
      const end = new AbortController();
      ends.push({ endpoint: `${method} ${path.split('?')[0] ?? ''}`, end });
      return end.signal;
    },
    // Those that have been answered do not care.
    pass: (method, path) => {
      for (const { endpoint, end } of ends) if (endpoint === `${method} ${path}`) end.abort();
    },
  };
}
