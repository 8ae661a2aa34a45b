import { remedyOf, type Target, type TargetState, targetsOf } from '../../core/effects/target.ts';
import { commandLine } from '../../core/ledger/command.ts';
import type { Outcome } from '../../core/ledger/failure.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { testConnection } from '../../mautic/connection-test.ts';
import { createMauticContacts } from '../../mautic/contacts/contacts.ts';
import { tryCustomObjects } from '../../mautic/custom-objects/trial.ts';
import type { ObjectFinding } from '../../mautic/custom-objects/trial-findings.ts';
import { createMauticEmails } from '../../mautic/effects/emails.ts';
import {
  campaignState,
  isTemplate,
  searchCostMs,
  segmentState,
  tryRead,
  usedBy,
} from '../../mautic/inspection.ts';
import { listFields } from '../../mautic/schema/field-list.ts';
import type { openMautic } from '../mautic.ts';
import { fieldFindings } from './field-findings.ts';
import { type Finding, failure, type Link, ok, warning } from './link.ts';
import { credentials, token } from './mautic-credentials.ts';
import { ofFailure } from './mautic-failure.ts';

type OpenMautic = ReturnType<typeof openMautic>;

/** Longer than this it takes to find an address only where the table is large and has no index. */
const SLOW_SEARCH_MS = 60;

/**
 * Everything between the bridge and Mautic, in the order in which a contact meets it. `isTrying`: also what can only be
 * found out by writing.
 */
export function mauticLinks(mautic: OpenMautic, policy: Policy, isTrying: boolean): readonly Link[] {
  const { client } = mautic;
  return [
    { name: 'Mautic credentials', look: async () => [await credentials(mautic)] },
    { name: 'Mautic', needs: ['Mautic credentials'], look: async () => [await connection(mautic)] },
    { name: 'token', needs: ['Mautic'], look: async () => [await token(mautic)] },
    {
      name: 'permissions',
      needs: ['Mautic'],
      look: async () => permissions(mautic, policy),
    },
    { name: 'fields', needs: ['permissions'], look: async () => fields(mautic, policy) },
    { name: 'index', needs: ['permissions'], look: async () => [await index(mautic)] },
    {
      name: 'policy in Mautic',
      needs: ['permissions'],
      look: async () => Promise.all(targetsOf(policy).map((target) => lookAt(client, target))),
    },
    ...(policy.customObjects ? [customObjects(mautic, policy.customObjects, isTrying)] : []),
  ];
}

/** Nothing of the plugin can be read without an item of its own (facts/mautic-source, "Custom Objects"). */
function customObjects(
  { client, shared: { clock } }: OpenMautic,
  wanted: NonNullable<Policy['customObjects']>,
  isTrying: boolean,
): Link {
  const name = 'Custom Objects';
  const untried = `whether Mautic has the plugin and these objects shows with the first item: what it refuses stands in the story of its order. ${commandLine('doctor --try')} finds out now`;
  return {
    name,
    needs: isTrying ? ['permissions'] : [],
    look: async () => {
      if (!isTrying) return [ok(name, untried)];
      const tried = await tryCustomObjects({ client, customObjects: wanted, clock });
      return tried.ok ? tried.value.map(ofTrial) : [ofFailure(name, tried.failure)];
    },
  };
}

function ofTrial({ state, says, remedy = '' }: ObjectFinding): Finding {
  return state === 'ok' ? ok('Custom Objects', says) : failure('Custom Objects', says, remedy);
}

async function connection({ client, baseUrl }: OpenMautic): Promise<Finding> {
  const tested = await testConnection(client);
  if (!tested.ok) return ofFailure('Mautic', tested.failure);
  const { version, username, role } = tested.value;
  const who = role ? `${username}, role ${role.name}` : username;
  return ok(
    'Mautic',
    `${URL.parse(baseUrl)?.host ?? 'it'} answers, version ${version ?? 'not told'}, as ${who}`,
  );
}

async function permissions({ client }: OpenMautic, policy: Policy): Promise<readonly Finding[]> {
  const link = 'permissions';
  const findings: Finding[] = [];
  for (const used of usedBy(policy)) {
    const read = await tryRead(client, used);
    findings.push(read.ok ? ok(link, `${used} may be read`) : ofFailure(link, read.failure));
  }
  const written = await createMauticContacts(client).takesWrites();
  findings.push(written.ok ? ok(link, 'writes reach Mautic') : ofFailure(link, written.failure));
  return findings;
}

async function fields({ client }: OpenMautic, policy: Policy): Promise<readonly Finding[]> {
  const listed = await listFields(client);
  if (!listed.ok) return [ofFailure('fields', listed.failure)];
  return fieldFindings(listed.value, policy);
}

async function index({ client, shared: { clock } }: OpenMautic): Promise<Finding> {
  const cost = await searchCostMs(client, () => clock.now());
  if (!cost.ok) return ofFailure('index', cost.failure);
  const said = `looking for an address takes ${String(Math.round(cost.value))} ms more than the cheapest call`;
  if (cost.value <= SLOW_SEARCH_MS) return ok('index', said);
  return warning(
    'index',
    said,
    "leads.email has most likely no index. In Mautic's database: CREATE INDEX leads_email ON leads (email);",
  );
}

function stateOf(client: OpenMautic['client'], { kind, id }: Target): Promise<Outcome<TargetState>> {
  switch (kind) {
    case 'email':
      return createMauticEmails(client, { now: Date.now }).stateOf(id);
    case 'segment':
      return segmentState(client, id);
    case 'campaign':
      return campaignState(client, id);
  }
}

async function lookAt(client: OpenMautic['client'], target: Target): Promise<Finding> {
  const link = `${target.kind === 'email' ? 'e-mail' : target.kind} ${String(target.id)}`;
  const state = await stateOf(client, target);
  if (!state.ok) return ofFailure(link, state.failure);
  if (state.value !== 'usable') return failure(link, `it is ${state.value}`, remedyOf(target, state.value));
  if (target.kind !== 'email') return ok(link, 'is there and published');
  const template = await isTemplate(client, target.id);
  if (!template.ok) return ofFailure(link, template.failure);
  if (template.value) return ok(link, 'a published template');
  return failure(
    link,
    'it is a segment e-mail, which cannot be sent to one person',
    'Make a template e-mail in Mautic and name its id in the policy.',
  );
}
