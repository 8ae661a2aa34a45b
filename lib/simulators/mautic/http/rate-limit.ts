import type { Answer } from './answer.ts';

const HOUR_MS = 3_600_000;

/** Counts calls per quota in windows of an hour that begin with the first call. */
export type RateLimiter = {
  /** The headers of an admitted call, or the 429 of one too many (recordings 560-562); undefined without a limit. */
  readonly count: (
    quota: string,
    limit: number | undefined,
    now: Date,
  ) => { readonly headers: RateHeaders; readonly refused?: Answer } | undefined;
};

type RateHeaders = Readonly<Record<string, string>>;

export function makeRateLimiter(): RateLimiter {
  const windows = new Map<string, { readonly endsAt: number; calls: number }>();
  return {
    count(quota, limit, now) {
      if (limit === undefined) return undefined;
      const known = windows.get(quota);
      const window =
        known !== undefined && known.endsAt > now.getTime()
          ? known
          : { endsAt: now.getTime() + HOUR_MS, calls: 0 };
      windows.set(quota, window);
      window.calls += 1;
      const headers = headersOf(limit, Math.max(0, limit - window.calls), window.endsAt);
      return window.calls > limit ? { headers, refused: tooMany(limit, headers) } : { headers };
    },
  };
}

/** The 429, with the spacing Mautic gives it, and no `Retry-After`. */
export function tooMany(limit: number, headers: RateHeaders = {}): Answer {
  const body = `{ "errors": [ { "code": 429, "message": "You exceeded the rate limit of ${limit} API calls per hour.", "details": [] } ]}`;
  return { status: 429, anonymous: true, headers, body };
}

/** The headers of a used-up quota that ends within the hour. */
export function exhausted(limit: number, now: Date): RateHeaders {
  return headersOf(limit, 0, now.getTime() + HOUR_MS);
}

function headersOf(limit: number, remaining: number, endsAt: number): RateHeaders {
  return {
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': String(remaining),
    'X-RateLimit-Reset': String(Math.floor(endsAt / 1000)),
  };
}
