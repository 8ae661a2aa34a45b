/** An integration feed of the provider `webhook`, as the settings have it (recording `rest-global-feeds`). */
export interface FeedSettings {
  readonly enabled: string;
  readonly name: string;
  readonly request_url: string;
  readonly request_method: string;
  readonly request_format: string;
  readonly request_headers: { readonly type: string; readonly data: readonly FeedHeader[] };
  readonly request_body: { readonly type: string; readonly data: readonly FeedHeader[] };
  readonly event_trigger: readonly string[];
}

interface FeedHeader {
  readonly name: string;
  readonly value: string;
}

export interface ShopFeed {
  readonly id: number;
  feed: FeedSettings;
}

export interface ShopFeeds {
  /** @returns its id. */
  save(settings: FeedSettings, id?: number): number;
  setEnabled(id: number, enabled: 'yes' | 'no'): void;
  remove(id: number): void;
  all(): readonly ShopFeed[];
}

export function createFeeds(): ShopFeeds {
  const feeds = new Map<number, ShopFeed>();
  let last = 0;
  return {
    save: (feed, known) => {
      const id = known ?? last + 1;
      last = Math.max(last, id);
      feeds.set(id, { id, feed });
      return id;
    },
    setEnabled: (id, enabled) => {
      const known = feeds.get(id);
      if (known) known.feed = { ...known.feed, enabled };
    },
    remove: (id) => void feeds.delete(id),
    all: () => [...feeds.values()],
  };
}

/** A feed for one event, as its settings page makes it. */
export function feedFor(event: string, url: string, secret: string): FeedSettings {
  const headers = [
    { name: 'X-FluentCart-Event', value: event },
    { name: 'X-Bridge-Secret', value: secret },
  ];
  return {
    enabled: 'yes',
    name: `Mautic bridge: ${event}`,
    request_url: url,
    request_method: 'post',
    request_format: 'json',
    request_headers: { type: 'custom_headers', data: headers },
    request_body: { type: 'all_data', data: [{ name: '', value: '' }] },
    event_trigger: [event],
  };
}
