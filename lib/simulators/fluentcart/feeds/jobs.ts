import { payloadOf, type Shown } from '../bodies/payload.ts';
import type { ShopFeed, ShopFeeds } from './feeds.ts';
import { formBody } from './form-body.ts';

/** One request of a feed. There is no second try. */
export interface FeedDelivery {
  readonly event: string;
  readonly order: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Jobs {
  tell(event: string, order: number): void;
  /** How many wait. */
  waiting(): number;
  /**
   * Runs the jobs that wait, in one process of PHP: bodies are built now, and a feed that hears of several events runs
   * once for an order. `twice`: two processes took the same jobs, as happens (facts/fluentcart D6).
   */
  run(twice?: 'twice'): readonly FeedDelivery[];
  /** Runs one job, in a process of its own. */
  runNext(): readonly FeedDelivery[];
}

export interface JobParts {
  readonly shown: Shown;
  readonly feeds: ShopFeeds;
  /** Feeds are a thing of Pro. */
  readonly pro: () => boolean;
  /** 1.6 adds a key to the payload. */
  readonly version: '1.5' | '1.6';
}

interface Job {
  readonly event: string;
  readonly order: number;
}

/** Feeds are looked up when a job runs, so one that is new hears of what happened before (facts/fluentcart D6). */
export function createJobs(parts: JobParts): Jobs {
  let waiting: Job[] = [];

  function process(jobs: readonly Job[]): readonly FeedDelivery[] {
    const done = new Set<string>();
    return jobs.flatMap((job) => {
      const feeds = parts.feeds.all().filter((feed) => hears(feed, job.event));
      return (parts.pro() ? feeds : []).flatMap((feed) => {
        const name = `${String(feed.id)}/${String(job.order)}`;
        if (done.has(name)) return [];
        done.add(name);
        return deliveryOf(parts, feed, job);
      });
    });
  }
  return {
    tell: (event, order) => void waiting.push({ event, order }),
    waiting: () => waiting.length,
    run: (twice) => {
      const jobs = waiting;
      waiting = [];
      return twice ? [...process(jobs), ...process(jobs)] : process(jobs);
    },
    runNext: () => {
      const [job, ...others] = waiting;
      waiting = others;
      return job ? process([job]) : [];
    },
  };
}

function hears({ feed }: ShopFeed, event: string): boolean {
  return feed.enabled === 'yes' && feed.event_trigger.includes(event);
}

function deliveryOf(
  { shown, version }: JobParts,
  { feed }: ShopFeed,
  { event, order: id }: Job,
): FeedDelivery[] {
  const order = shown.records.orders.get(id);
  if (!order) return [];
  const payload = { ...payloadOf(shown, order), ...(version === '1.6' && { licenses: [] }) };
  const isForm = feed.request_format === 'form_data';
  const own = feed.request_headers.type === 'custom_headers' ? feed.request_headers.data : [];
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
  return [
    {
      event,
      order: id,
      url: feed.request_url,
      headers: {
        'user-agent': `WordPress/7.0.4; ${shown.home}`,
        accept: '*/*',
        ...Object.fromEntries(own.map(({ name, value }) => [name.toLowerCase(), value])),
        'content-type': `${type}; charset=utf-8`,
      },
      body: isForm ? formBody(payload) : phpJson(payload),
    },
  ];
}

/** As PHP writes it: slashes escaped, everything beyond ASCII as `\u`. */
function phpJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replaceAll(
      /[\u0080-\uffff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
