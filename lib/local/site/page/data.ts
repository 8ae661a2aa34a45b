import { useEffect, useState } from 'preact/hooks';
import type { Happening } from '../feed.ts';
import type { PageStanding } from '../standing.ts';
import type { About } from '../views.ts';

/** What the page shows of a running bridge. */
export interface Live {
  readonly about?: About;
  readonly standing?: PageStanding;
  /** Oldest first. */
  readonly happenings: readonly Happening[];
  readonly connection: 'opening' | 'live' | 'lost';
}

/** What the page keeps; the server keeps as many. */
const KEPT = 500;
/** Many things happen at once: the ledger is read again once they have. */
const PAUSE_MS = 300;
/** Waiting contacts become due without anything happening. */
const ROUND_MS = 5_000;

/** Reads JSON from this server. @throws Error with what the server said. */
export async function get<Answer>(path: string): Promise<Answer> {
  return answerOf<Answer>(await fetch(path));
}

/** Presses a button of this server. @throws Error with what the server said. */
export async function post<Answer>(path: string, body: unknown): Promise<Answer> {
  return answerOf<Answer>(
    await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  const answer = (await response.json()) as Answer & { readonly message?: string };
  if (!response.ok) throw new Error(answer.message ?? `The bridge answered ${String(response.status)}.`);
  return answer;
}

/** Follows the bridge: what happens as it happens, and how it stands after that. */
export function useLive(): Live {
  const [live, setLive] = useState<Live>({ happenings: [], connection: 'opening' });
  useEffect(() => {
    const change = (some: Partial<Live>) => setLive((before) => ({ ...before, ...some }));
    const reader = createReader(change);
    const events = new EventSource('/console/events');
    let run: string | undefined;
    events.addEventListener('run', ({ data }: MessageEvent<string>) => {
      const { run: now } = JSON.parse(data) as { run: string };
      if (run !== now) change({ happenings: [] });
      run = now;
      change({ connection: 'live' });
      reader.about();
      reader.soon();
    });
    events.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const happening = JSON.parse(data) as Happening;
      setLive((before) => ({ ...before, happenings: [...before.happenings, happening].slice(-KEPT) }));
      reader.soon();
    });
    events.addEventListener('error', () => change({ connection: 'lost' }));
    const round = setInterval(() => reader.soon(), ROUND_MS);
    return () => {
      clearInterval(round);
      events.close();
    };
  }, []);
  return live;
}

/** Reads what is not told by events, once for all that happens within a moment. */
function createReader(change: (some: Partial<Live>) => void) {
  let isPlanned = false;
  const read = async () => {
    isPlanned = false;
    try {
      change({ standing: await get<PageStanding>('/console/standing') });
    } catch {
      // The stream says by itself that the bridge is gone, and this is asked again.
    }
  };
  return {
    soon: () => {
      if (isPlanned) return;
      isPlanned = true;
      setTimeout(() => void read(), PAUSE_MS);
    },
    about: () => {
      get<About>('/console/about').then(
        (about) => change({ about }),
        () => undefined,
      );
    },
  };
}
