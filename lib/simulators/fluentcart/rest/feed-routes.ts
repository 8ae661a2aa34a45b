import type { FeedSettings } from '../feeds/feeds.ts';
import type { FluentShop } from '../shop.ts';
import type { RestAnswer } from './answer.ts';
import type { RestRequest } from './request.ts';

const FEEDS = '/integration/global-feeds';
const REQUIRED = [
  'name',
  'request_url',
  'request_method',
  'request_format',
  'request_headers',
  'request_body',
  'event_trigger',
] as const;

/** The feeds' own routes; `undefined`: none of them. */
export function answerFeeds(shop: FluentShop, request: RestRequest): RestAnswer | undefined {
  const { method, path } = request;
  if (method === 'GET' && path === FEEDS) return { status: 200, body: listed(shop) };
  if (method === 'GET' && path === '/integration/addons') return { status: 200, body: addons(shop) };
  if (method === 'POST' && path === `${FEEDS}/settings`) return saved(shop, request.body);
  return changed(shop, request);
}

function changed(shop: FluentShop, { method, path, body }: RestRequest): RestAnswer | undefined {
  const [, what = '', id] = new RegExp(`^${FEEDS}(/change-status)?/(\\d+)$`).exec(path) ?? [];
  if (id === undefined) return undefined;
  switch (`${method} ${what}`) {
    case 'DELETE ':
      shop.feeds.remove(Number(id));
      break;
    case 'POST /change-status':
      shop.feeds.setEnabled(Number(id), (body as { status?: string }).status === 'yes' ? 'yes' : 'no');
      break;
    default:
      return undefined;
  }
  return { status: 200, body: { message: 'Integration feed has been updated' } };
}

function listed({ feeds, isPro, shown }: FluentShop) {
  const integration = { priority: 10, title: 'Webhook', enabled: true, scopes: ['global', 'product'] };
  return {
    feeds: feeds.all().map(({ id, feed }) => {
      const { name, enabled } = feed;
      return { id, name, enabled, provider: 'webhook', feed, scope: 'global' };
    }),
    available_integrations: {
      wp_user: { ...integration, title: 'WP User' },
      ...(isPro() && { webhook: integration }),
    },
    all_module_config_url: `${shown.home}/wp-admin/admin.php?page=fluent-cart#/integrations`,
  };
}

function addons({ isPro }: FluentShop) {
  return { addons: { webhook: { enabled: isPro(), is_pro: true, is_pro_active: isPro() } } };
}

/** JSON as text within JSON; the new id is not in the answer (facts/fluentcart A1). */
function saved(shop: FluentShop, body: unknown): RestAnswer {
  const { integration = '{}', integration_id: id } = body as {
    integration?: string;
    integration_id?: string;
  };
  const feed = JSON.parse(integration) as Partial<FeedSettings>;
  const lacking = REQUIRED.filter((name) => feed[name] === undefined || feed[name] === '');
  if (lacking.length > 0) {
    const errors = Object.fromEntries(lacking.map((name) => [name, `${name} is required.`]));
    return { status: 422, body: { message: 'Validation failed', errors } };
  }
  shop.feeds.save({ enabled: 'yes', ...feed } as FeedSettings, id === undefined ? undefined : Number(id));
  return {
    status: 200,
    body: {
      message: 'Integration has been saved successfully',
      integration_id: id ?? null,
      integration_name: 'webhook',
      created: id === undefined,
      feedData: feed,
    },
  };
}
