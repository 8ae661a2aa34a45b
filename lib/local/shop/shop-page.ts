import { createHash } from 'node:crypto';
import { Html, html } from '../../html.ts';
import type { Shop } from '../../simulators/woocommerce/shop.ts';
import { amountsOf, deedsFor } from './deeds.ts';
import { PEOPLE } from './people.ts';

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, "Segoe UI", sans-serif;
  --ground: light-dark(#f6f4f0, #17150f); --card: light-dark(#fff, #221f17); --line: light-dark(#e4dfd5, #3a3529);
  --faint: light-dark(#655e50, #b1a891); --accent: light-dark(#7a4a12, #f0be7c); --on: light-dark(#fff, #241a0a); }
body { margin: 0 auto; max-width: 980px; padding: 1rem 1.25rem 3rem; background: var(--ground); color: light-dark(#221d14, #f0ebdf); }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .4rem 1.5rem; }
h1 { font-size: 1.25rem; margin: .3rem 0; } h2 { font-size: 1rem; margin: 0 0 .7rem; } p { margin: .4rem 0; } a { color: var(--accent); }
.faint { color: var(--faint); font-size: .92rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.1rem; margin-top: 1rem; overflow-x: auto; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
button, select { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 8px; padding: .35rem .85rem; min-height: 2.3rem; cursor: pointer; }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on); font-weight: 600; }
ul { list-style: none; margin: 0; padding: 0; } li { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; padding: .6rem 0; border-top: 1px solid var(--line); }
li:first-child { border-top: 0; } li > div:first-child { flex: 1 1 15rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }`;

const STYLED = new Html(STYLE);
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Its forms go nowhere else, nothing is loaded or run, and nobody may put it into a frame. */
export const SHOP_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  // A page that names nobody would send its forms without an origin.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
} as const;

interface Beside {
  readonly bridgeUrl: string;
  /** What the last button did. */
  readonly done: string;
}

/** The shop with its buttons. */
export function shopPage(shop: Shop, { bridgeUrl, done }: Beside): string {
  const people = PEOPLE.map(
    ({ first_name: first, last_name: last }, index) =>
      html`<option value="${index}">${`${first} ${last}`}</option>`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Simulated shop</title>
<link rel="icon" href="data:,">
<style>${STYLED}</style>
</head>
<body>
<header><h1>Simulated shop</h1><nav><a href="${bridgeUrl}/">What the bridge makes of it</a></nav></header>
<main>
<p class="faint">It stands in for WooCommerce: what happens here goes to the bridge as signed webhooks, and is read by REST.</p>
<section><h2>Somebody comes</h2>
<form method="post" action="/">
<label for="person">Who</label> <select id="person" name="person">${people}</select>
<button class="primary" name="deed" value="order">Place an order</button>
<button name="deed" value="cart">Fill a cart and leave</button>
<button name="deed" value="checkout">Leave at the checkout, unpaid</button>
</form>
<p role="status">${done}</p></section>
<section><h2>Orders</h2>
${ordersOf(shop)}</section>
</main>
</body>
</html>
`.markup;
}

function ordersOf(shop: Shop): Html {
  const orders = shop.orders.all().toReversed();
  if (orders.length === 0) return html`<p class="faint">None yet.</p>`;
  const rows = orders.map((order) => {
    const { id, billing, lines, currency, status } = order;
    const { total, left } = amountsOf(order);
    const amount = left === total ? `${total} ${currency}` : `${total} ${currency}, ${left} left`;
    const buttons = deedsFor(order).map(
      ([deed, label]) =>
        html`<button name="deed" value="${deed}" aria-label="${`${label}: order ${String(id)}`}">${label}</button>`,
    );
    return html`<li><div><b>${id}</b> ${billing.email} <span class="faint">${order.trashed ? 'in the trash' : status}, ${amount}: ${lines.map(({ name }) => name).join(', ')}</span></div>
<form method="post" action="/"><input type="hidden" name="order" value="${id}">${buttons}</form></li>`;
  });
  return html`<ul>${rows}</ul>`;
}
