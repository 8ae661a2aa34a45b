import type { Params } from './selection.ts';

const MOST = 199;

/** Laravel's page of a list; the addresses of other pages have lost the question (facts/fluentcart D3). */
export function paginated(url: string, things: readonly object[], params: Params) {
  const asked = Number(params.get('per_page') ?? 10);
  const per_page = asked >= 1 && asked <= MOST ? Math.floor(asked) : 10;
  const current_page = Math.max(1, Math.floor(Number(params.get('page') ?? 1)) || 1);
  const start = (current_page - 1) * per_page;
  const data = things.slice(start, start + per_page);
  const last_page = Math.max(1, Math.ceil(things.length / per_page));
  const pageUrl = (page: number) => `${url}/?page=${String(page)}`;
  return {
    current_page,
    data,
    first_page_url: pageUrl(1),
    from: data.length === 0 ? null : start + 1,
    last_page,
    last_page_url: pageUrl(last_page),
    links: [],
    next_page_url: current_page < last_page ? pageUrl(current_page + 1) : null,
    path: url,
    per_page,
    prev_page_url: current_page > 1 ? pageUrl(current_page - 1) : null,
    to: data.length === 0 ? null : start + data.length,
    total: things.length,
  };
}
