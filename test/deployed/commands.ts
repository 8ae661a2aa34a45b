import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { invoke } from './account.ts';
import { type BridgeCommand, bridgeOf } from './bridge-command.ts';
import { contactOf, editContact, eventually } from './contacts.ts';
import { orderOfShop } from './deliveries.ts';
import type { Deployed } from './deployment.ts';
import { moveFollowUps } from './follow-ups.ts';
import { startNameProxy } from './name-proxy.ts';
import { REREAD_BUYER, type Site, secretsOf } from './site.ts';

const REDIRECT_URI = 'https://bridge.example.test/callback';
/** An address that a store can send to: the emulator has a port of its own. */
const REACHABLE = 'https://bridge.example.test';
const SENT_BUYER = 'sent@example.test';

/** A person allows the access to Mautic of a bridge whose credentials need one; a clock renews what that gave. */
export async function authoriseBridge(site: Site, { stack, outputs }: Deployed): Promise<void> {
  const { shell, mautic } = site;
  const bridge = bridgeOf(site, 'staging');
  const { clientId = '', clientSecret = '' } = secretsOf('staging');
  const credentials = { clientId, clientSecret, grant: 'authorization_code', redirectUri: REDIRECT_URI };
  const id = outputs['MauticSecretId'] ?? '';
  const text = JSON.stringify(credentials);
  await shell.aws('secretsmanager', 'put-secret-value', '--secret-id', id, '--secret-string', text);
  assert.match(await bridge.run('authorise'), /^Open http:\S+\/oauth\/v2\/authorize\?client_id=local&/m);
  await bridge.refuses('authorise --code used-already', 1, /^Mautic refuses the code.*Open http/m);
  await bridge.refuses("authorise --code 'https://bridge.example.test/'", 2, /^There is no code in this/m);
  const code = mautic.staging.issueCode({ client: clientId, user: 'admin', redirectUri: REDIRECT_URI });
  const led = `${REDIRECT_URI}?state=&code=${encodeURIComponent(code)}`;
  assert.match(await bridge.run(`authorise --code '${led}'`), /^The bridge is authorised/m);
  await invoke(shell, stack, 'renewtokenFunction');
}

/** The commands that speak with the shop, or as the shop; each with what it refuses. */
export async function speakWithShop(site: Site): Promise<void> {
  const bridge = bridgeOf(site, 'staging');
  await Promise.all([
    webhooks(site, bridge),
    resync(site, bridge),
    send(site, bridge),
    moveFollowUps(site, bridge),
  ]);
}

async function webhooks(site: Site, bridge: BridgeCommand): Promise<void> {
  const all = () => site.shop.shop.webhooks.all();
  await bridge.refuses(
    'webhooks register',
    1,
    /no webhook can reach the bridge at this port\. WordPress sends to the ports/,
  );
  await bridge.refuses('webhooks list --store elsewhere', 2, /--store must be one of/);
  await bridgeOf(site, 'production').refuses('webhooks --store demo', 1, /has no url, or no keys/);
  assert.deepEqual(all(), []);
  assert.match(await bridge.run(`webhooks register --url ${REACHABLE}`), /^order\.created: created$/m);
  const made = all();
  assert.deepEqual([...new Set(made.map(({ deliveryUrl }) => deliveryUrl))], [`${REACHABLE}/webhooks/demo`]);
  const listed = await bridge.run(`webhooks --url ${REACHABLE}`);
  assert.equal(listed.match(/ active +here$/gm)?.length, made.length, listed);
  assert.ok(!listed.includes(secretsOf('staging')['webhookSecret'] ?? '-'), 'webhooks prints a secret');
  assert.match(await bridge.run(`webhooks remove --yes --url ${REACHABLE}`), /^order\.created: removed$/m);
  assert.deepEqual(all(), []);
}

/** What somebody wrote over in Mautic is as the shop says again. */
async function resync({ mautic, shop }: Site, bridge: BridgeCommand): Promise<void> {
  const order = shop.shop.orders.all().find(({ billing }) => billing.email === REREAD_BUYER);
  assert.ok(order);
  await bridge.refuses('resync 404404', 1, /The store has no such order/);
  await bridge.refuses('resync nobody@example.test', 1, /The bridge knows no order of this person/);
  await editContact(mautic.staging, REREAD_BUYER, { firstname: 'Somebody', city: 'Elsewhere' });
  const said = await bridge.run(`resync ${String(order.id)}`);
  assert.match(said, /: read again\n1 contact is written in full\.$/m);
  await eventually(() => {
    const { firstname, city } = contactOf(mautic.staging, REREAD_BUYER)?.fields ?? {};
    assert.deepEqual({ firstname, city }, { firstname: order.billing.first_name, city: order.billing.city });
  });
}

/** By the address that the outputs name, over TLS. */
async function send({ shell, folders, mautic, shop }: Site, bridge: BridgeCommand): Promise<void> {
  const billing = { first_name: 'Sent', email: SENT_BUYER, country: 'FR' };
  const { headers, body } = await orderOfShop(shop, { billing });
  const [delivery, alone] = ['delivery.json', 'order.json'].map((name) => join(folders.changed, name));
  await writeFile(delivery ?? '', JSON.stringify({ headers, body }));
  await writeFile(alone ?? '', body);
  const proxy = await startNameProxy();
  try {
    await bridge.refuses('send order.json', 2, /does not say of which topic it is/);
    await bridge.refuses('send nowhere.json', 2, /There is no such file/);
    const variables = Object.entries(proxy.variables).map(([name, value]) => `${name}=${value}`);
    const line = `${variables.join(' ')} npm run -s bridge -- send delivery.json --stage staging`;
    assert.match(await shell.sh(folders.changed, line), /^200 /);
  } finally {
    await proxy.close();
  }
  await eventually(() => assert.equal(contactOf(mautic.staging, SENT_BUYER)?.fields['firstname'], 'Sent'));
}
