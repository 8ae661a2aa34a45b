import { type FueAnswer, type FueRequest, text } from './answer.ts';

/** `posts_per_page` of WordPress, not 20. */
const PER_PAGE = 10;

interface Slice<Row> {
  readonly rows: readonly Row[];
  readonly headers: NonNullable<FueAnswer['headers']>;
}

export interface Listed {
  /** What the header counts: all rows, or those up to the page's end. */
  readonly counts?: 'up-to-here';
  /** The queue has no links (`queue-list-page2`). */
  readonly links?: false;
}

/** A page of rows, with the headers of a legacy API of WordPress plugins. */
export function paged<Row>(
  request: FueRequest,
  all: readonly Row[],
  { counts, links: linked }: Listed = {},
): Slice<Row> {
  const limit = Math.abs(Number(request.query.get('filter[limit]') ?? PER_PAGE)) || PER_PAGE;
  const page = Math.max(1, Number(request.query.get('page') ?? 1) || 1);
  const rows = all.slice((page - 1) * limit, page * limit);
  const total = counts === undefined ? all.length : Math.min(all.length, page * limit);
  const pages = Math.ceil(total / limit);
  const links = linked === false ? [] : linksOf(request, page, pages);
  return {
    rows,
    headers: {
      'X-FUE-Total': String(total),
      'X-FUE-TotalPages': String(pages),
      ...(links.length === 0 ? {} : { Link: links }),
    },
  };
}

/** A filter that is none breaks the SQL: nothing found, one row counted (`queue-filter-sent`). */
export const BROKEN_SQL: FueAnswer = {
  status: 200,
  body: [],
  headers: { 'X-FUE-Total': '1', 'X-FUE-TotalPages': '1' },
};

/** The port is lost, and an empty list has a last page 0. */
function linksOf(request: FueRequest, page: number, pages: number): readonly string[] {
  const kept = [...request.query].filter(([name]) => name.startsWith('filter['));
  const link = (number: number, rel: string) => {
    const query = [...kept, ['page', text(number)]].map(([name, value]) => `${name ?? ''}=${value ?? ''}`);
    return `<${request.origin}/fue-api/v1${request.path}?${query.join('&')}>; rel="${rel}"`;
  };
  return [
    ...(page > 1 ? [link(1, 'first'), link(page - 1, 'prev')] : []),
    ...(page < pages ? [link(page + 1, 'next')] : []),
    ...(page !== pages ? [link(pages, 'last')] : []),
  ];
}
