import assert from 'node:assert/strict';
import { invoke } from './account.ts';
import { authoriseBridge } from './commands.ts';
import { addressesIn, contactOf, eventually } from './contacts.ts';
import { type Door, deliver, orderOfShop } from './deliveries.ts';
import { type Deployed, deploy } from './deployment.ts';
import { linesThatFillSecrets } from './readme.ts';
import { REREAD_BUYER, type Site, secretsOf, WEBHOOK_SECRETS } from './site.ts';

/** Types what README says under "Fill the secrets"; production's shop has no address, which keys need. */
export async function fillSecrets({ shell, folders }: Site, outputs: Deployed['outputs']): Promise<void> {
  const lines = linesThatFillSecrets(outputs, secretsOf('production'));
  assert.equal(lines.length, 3);
  const typed = lines.filter((line) => !line.includes('consumerKey'));
  await Promise.all(typed.map((line) => shell.sh(folders.first, line)));
}

/** A script fills those of staging: each is tried at once, and none is printed. */
async function setUpStaging({ shell, folders }: Site): Promise<void> {
  const { webhookSecret, clientId, clientSecret, consumerKey, consumerSecret } = secretsOf('staging');
  const line = (secrets: object) =>
    `printf '%s' '${JSON.stringify(secrets)}' | npm run -s bridge -- setup --yes --stage staging --secrets-stdin`;
  const setup = (secrets: object) => shell.sh(folders.changed, line(secrets));
  await assert.rejects(setup({ webhookSecret, clientId, clientSecret: 'wrong' }), /Mautic/);
  await assert.rejects(setup({ consumerKey, consumerSecret: 'wrong' }), /Check consumer key and secret/);
  const all = { webhookSecret, clientId, clientSecret, consumerKey, consumerSecret };
  const said = await shell.sh(folders.changed, `${line(all)}; echo "ended with $?"`);
  // WordPress sends to no port of an emulator: the webhooks are left to a person.
  assert.match(said, /^no webhook can reach the bridge at this port\./m);
  assert.match(said, /^ended with 1$/m);
  assert.match(said, /^Store demo: the keys work, and are in Secrets Manager\.$/m);
  assert.match(said, /^ok +permissions: writes reach Mautic$/m);
  assert.match(said, /, 0 broken\.$/m);
  for (const secret of [webhookSecret, clientSecret, consumerSecret])
    assert.ok(secret !== undefined && !said.includes(secret), 'setup prints a secret');
}

/** A second bridge beside the first, with a store, a Mautic and secrets of its own. */
export async function secondStage(site: Site, productionDoor: Door): Promise<Deployed> {
  const { emulator, shell, folders, mautic, shop, step } = site;
  const staging = await step('a second stage is deployed beside it', () =>
    deploy(shell, folders.changed, 'staging'),
  );
  await step('a person authorises it', () => authoriseBridge(site, staging));
  await step('it refuses what is signed for production, and shares no contact with it', async () => {
    await setUpStaging(site);
    const url = staging.outputs['WebhookUrldemo'] ?? '';
    // Nobody has described its product before the shop is read.
    const productId = shop.shop.products.create({ name: 'Tea', sku: 'TEA', categories: ['tea'] });
    const billing = { first_name: 'Staging', email: STAGING_BUYER, country: 'FR' };
    const order = await orderOfShop(shop, { billing, lines: [{ productId }] });
    assert.equal(await deliver({ ...productionDoor, url }, order), 401);
    assert.equal(await deliver({ emulator, url, secret: WEBHOOK_SECRETS.staging }, order), 200);
    await eventually(() => assert.deepEqual(addressesIn(mautic.staging), [STAGING_BUYER]));
    await readShop(site, staging);
    await eventually(() => {
      assert.deepEqual(addressesIn(mautic.staging), OF_STAGING);
      assert.deepEqual(contactOf(mautic.staging, STAGING_BUYER)?.tags.toSorted(), [
        'bridge:staging',
        'category:tea',
      ]);
    });
    const shared = addressesIn(mautic.production).filter((address) => OF_STAGING.includes(address));
    assert.deepEqual(shared, []);
  });
  return staging;
}

const STAGING_BUYER = 'staging@example.test';
const OF_STAGING = [REREAD_BUYER, STAGING_BUYER];

/** The order that no webhook told of. */
async function readShop({ shell, shop }: Site, { stack }: Deployed): Promise<void> {
  const billing = { first_name: 'Read', email: REREAD_BUYER, city: 'Paris', country: 'FR' };
  shop.shop.orders.place({ billing });
  await invoke(shell, stack, 'reconcileFunction');
}
