import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BridgeCommand, bridgeOf } from './bridge-command.ts';
import { contactOf } from './contacts.ts';
import { REREAD_BUYER, type Site } from './site.ts';

const SUBSCRIBER = 'subscribed@example.test';
const MOVE = 'migrate follow-up-emails';
/** With the rules that `migrate` says. */
const MOVED = '--config moved.config.ts';

/**
 * A shop that has sent with Follow-Up Emails begins to move over: what would become of it, templates, lists. What is
 * queued stays there until the rules are deployed. `follow-ups` tells of one person.
 */
export async function moveFollowUps(site: Site, bridge: BridgeCommand): Promise<void> {
  const { folders, mautic, shop, withFollowUps } = site;
  const { email, order } = sellWithFollowUps(site);
  await refuseToMove(site, bridge);

  const planned = await bridge.run(MOVE);
  assert.match(planned, new RegExp(`^e-mail ${email}: becomes fue-${email}$`, 'm'));
  assert.match(planned, /^0 queued, 1 sent, 0 queued without an order/m);
  assert.match(planned, /^list News → segment "News \(fue:demo\)": 1 /m);
  assert.equal(contactOf(mautic.staging, SUBSCRIBER), undefined, 'a plan writes');

  const made = await bridge.run(`${MOVE} --templates`);
  const followUps = made.slice(made.indexOf('followUps: ['));
  assert.match(followUps, /template: [1-9]/);
  await writeFile(join(folders.changed, 'moved.config.ts'), withFollowUps(followUps));
  assert.match(await bridge.run(`${MOVE} --lists`), /^list News → segment "News \(fue:demo\)": 1 /m);
  assert.ok(contactOf(mautic.staging, SUBSCRIBER), 'who is on a list is no contact');

  await bridge.refuses(
    `${MOVE} --apply ${MOVED}`,
    1,
    /^Deploy these rules of bridge\.config\.ts first: fue-/m,
  );
  assert.equal(shop.followUps.records.emails.get(Number(email))?.status, 'active');

  await bridge.run(`resync ${order}`);
  const told = await bridge.run(`follow-ups --contact ${REREAD_BUYER} --why ${MOVED}`);
  assert.match(told, new RegExp(`^order/demo/${order} fue-${email}: not sent: `, 'm'));
  assert.match(
    await bridge.run(`follow-ups --order ${order}`),
    new RegExp(`^\\{order_id\\}: ${order}$`, 'm'),
  );
  assert.match(await bridge.run('follow-ups'), /^The policy has no follow-ups/m);
}

/** An e-mail that went out for an order, and somebody who wants to hear of the shop. */
function sellWithFollowUps({ shop }: Site): { readonly email: string; readonly order: string } {
  const { records, scheduler, orders, ...site } = shop.followUps;
  const sold = shop.shop.orders.all().find(({ billing }) => billing.email === REREAD_BUYER);
  assert.ok(sold);
  const email = site.addEmail({
    name: 'Review',
    subject: 'How was it, {customer_first_name}?',
    trigger: 'completed',
    interval: '3',
    duration: 'days',
    productId: '0',
    categoryId: '0',
  });
  const order = String(sold.id);
  orders.reached({ id: order, email: REREAD_BUYER }, 'completed');
  for (const id of records.items.keys()) {
    scheduler.begin(id);
    scheduler.leave(id);
    scheduler.finish(id);
  }
  const list = site.addList('News');
  records.subscribers.set(1, {
    id: 1,
    email: SUBSCRIBER,
    firstName: 'Sub',
    lastName: 'Scribed',
    dateAdded: records.local(),
    lists: [list],
  });
  return { email: String(email), order };
}

async function refuseToMove(site: Site, bridge: BridgeCommand): Promise<void> {
  await Promise.all([
    bridge.refuses('migrate', 2, /<what> is missing/),
    bridge.refuses('migrate mailpoet', 2, /What can be migrated is follow-up-emails/),
    bridge.refuses(`${MOVE} --store elsewhere`, 2, /--store must be one of bridge\.config\.ts: demo/),
    bridge.refuses(`${MOVE} --category tea`, 2, /--category must be a number and a slug/),
    bridge.refuses(`${MOVE} --apply`, 1, /^Put these rules into bridge\.config\.ts and deploy: fue-/m),
    bridgeOf(site, 'production').refuses(MOVE, 2, /The store demo has no url/),
    bridge.refuses('follow-ups --order 404404', 1, /The ledger has no order\/demo\/404404/),
    bridge.refuses('follow-ups --contact nobody', 2, /--contact must be an e-mail address, or a key/),
  ]);
}
