import type { Policy } from '../policy/policy.ts';

/** What stands in the text itself. */
export interface Shop {
  readonly name: string;
  /** Without a slash at the end. */
  readonly url: string;
}

/** A text of Follow-Up Emails for Mautic, and the variables in it for which there is nothing. */
export interface Translated {
  readonly text: string;
  readonly unknown: readonly string[];
}

const TOKENS: Readonly<Record<string, string>> = {
  customer_first_name: '{contactfield=firstname}',
  customer_last_name: '{contactfield=lastname}',
  customer_name: '{contactfield=firstname} {contactfield=lastname}',
  customer_email: '{contactfield=email}',
  unsubscribe_url: '{unsubscribe_url}',
  webversion_url: '{webview_url}',
  webversion_link: '{webview_text}',
  order_number: '{order_number}',
  order_date: '{order_date}',
  order_datetime: '{order_date}',
  order_pay_method: '{payment_method}',
  item_name: '{items}',
  item_names: '{items}',
  item_names_list: '{items}',
  item_prices: '{items}',
  order_items: '{items}',
  coupon_code_used: '{coupons}',
  refund_amount: '{order_refunded}',
  amount_spent_order: '{order_total}',
  dollars_spent_order: '{order_total}',
};

/** The table of facts/follow-up-emails, "Variables → Mautic token"; what has none stays as it is, and is named. */
export function translated(text: string, shop: Shop, { aliases }: Pick<Policy, 'aliases'>): Translated {
  const unknown = new Set<string>();
  const fields = { amount_spent_total: aliases.totalSpent, number_orders: aliases.orderCount };
  const done = text
    .replace(/\{\/?section(?::[^}]*)?\}/g, '')
    .replace(/\{([a-z_]+)(?:=([^}]*))?\}/g, (whole, name: string, value: string | undefined) => {
      if (name === 'store_name') return shop.name;
      if (name === 'store_url' || name === 'store_url_secure') return shop.url + pathOf(value);
      const alias = Object.entries(fields).find(([known]) => known === name)?.[1];
      if (alias) return `{contactfield=${alias}}`;
      const token = Object.hasOwn(TOKENS, name) ? TOKENS[name] : undefined;
      if (token === undefined) unknown.add(whole);
      return token ?? whole;
    });
  return { text: done, unknown: [...unknown] };
}

function pathOf(value: string | undefined): string {
  if (value === undefined || value === '') return '';
  return value.startsWith('/') ? value : `/${value}`;
}
