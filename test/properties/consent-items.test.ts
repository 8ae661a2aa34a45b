import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGone } from '../../lib/core/ledger/fold/order.ts';
import { DEFAULT_POLICY, type Policy } from '../../lib/core/policy/policy.ts';
import { expectedAnswers } from '../support/answers-oracle.ts';
import { runsOf } from '../support/depth.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { OBJECTS } from '../support/shop-objects.ts';
import type { World } from '../support/world.ts';
import { history, OPT_IN } from './histories.ts';
import { live } from './live.ts';

const RUNS = runsOf(100);
const POLICY: Policy = {
  ...DEFAULT_POLICY,
  tags: [],
  customObjects: OBJECTS,
  emails: { completed: { template: 7, transactional: false } },
  consent: { fields: [OPT_IN], require: true, segment: 5, alias: 'opt_in' },
};
const RETIRED = new Set<unknown>(['moved', 'deleted']);

/** Orders that stand for themselves, with the id in Mautic of the contact they belong to. */
function standingOrders({ ledger, mautic }: World) {
  const { things, profiles } = ledger.contents();
  return Object.entries(things).flatMap(([name, state]) => {
    if (state.type !== 'order' || state.contact === undefined || isGone(state) || !state.data) return [];
    const id = profiles[state.contact]?.mauticId;
    const isOwn = state.data.parentId === undefined && id !== undefined && mautic.rows.has(id);
    return isOwn ? [{ path: name.replace('order/', ''), key: state.contact, id, data: state.data }] : [];
  });
}

/** Of each order one item and one for each line, right and linked. */
function wrongItems(world: World): readonly string[] {
  return standingOrders(world).flatMap(({ path, key, id, data }) => {
    const keys = [
      `orders ${path}/${key}`,
      ...data.lines.map((_, at) => `orderlines ${path}/${String(at + 1)}/${key}`),
    ];
    return keys.filter((name) => {
      const [object = '', unique = ''] = name.split(' ');
      const held = world.mautic.items.get(object, unique);
      return held?.values['status'] !== data.status || !held.contacts.has(id);
    });
  });
}

/** Items that tell of an order that belongs to nobody, or to somebody else. */
function staleItems(world: World): readonly string[] {
  const { things } = world.ledger.contents();
  return world.mautic.items.all().flatMap(({ values }) => {
    const unique = String(values['orderkey'] ?? values['linekey']);
    const [store = '', id = ''] = unique.split('/');
    const state = things[`order/${store}/${id}`];
    const isOwn = state?.type === 'order' && unique.endsWith(`/${state.contact ?? ''}`) && !isGone(state);
    return isOwn || RETIRED.has(values['status']) ? [] : [unique];
  });
}

/** Who is in the segment, and what the field says, against a calculation from the raw bodies. */
function wrongAnswers({ mautic }: World, deliveries: readonly RawDelivery[]): readonly string[] {
  const answers = expectedAnswers(deliveries, OPT_IN);
  return [...mautic.rows.values()].flatMap(({ id, email, fields }) => {
    const yes = answers.get(email);
    const right = yes === undefined ? null : yes ? 'yes' : 'no';
    const isMember = mautic.membersOf(5).has(id);
    return (fields.get('opt_in') ?? null) === right && isMember === (yes === true) ? [] : [email];
  });
}

/** Without a single yes nobody is mailed what is not transactional. */
function unwantedMails({ mautic }: World, deliveries: readonly RawDelivery[]): readonly string[] {
  const hasYes = deliveries.some(({ body }) => body.includes(`"key":"_wc_other/${OPT_IN}","value":"1"`));
  return hasYes ? [] : mautic.sent.map(({ order }) => order);
}

function endsRight(crashes: boolean) {
  return fc.asyncProperty(history, fc.nat(), async ({ deliveries }, seed) => {
    const world = await live({ deliveries, seed, crashes, policy: POLICY });
    expect({
      items: wrongItems(world),
      stale: staleItems(world),
      answers: wrongAnswers(world, deliveries),
      mails: unwantedMails(world, deliveries),
    }).toEqual({ items: [], stale: [], answers: [], mails: [] });
  });
}

async function expectAlways(property: ReturnType<typeof endsRight>): Promise<void> {
  const outcome = await fc.check(property, { numRuns: RUNS });
  expect(outcome.errorInstance, fc.defaultReportMessage(outcome)).toBeNull();
}

describe('custom items and consent of any history of orders', () => {
  it('end the same in whatever order the deliveries arrive and however often', async () => {
    await expectAlways(endsRight(false));
  }, 600_000);

  it('end the same when processes are killed at any step and rings are lost', async () => {
    await expectAlways(endsRight(true));
  }, 600_000);
});
