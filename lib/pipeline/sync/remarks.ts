import { counts } from '../../core/contact/facts/counting.ts';
import type { OwnEntry } from '../../core/contact/facts/facts.ts';
import type { CustomerState, OrderState } from '../../core/ledger/fold/order.ts';
import { isOwnStatus } from '../../core/ledger/order-status.ts';
import { isCustomerRole, type Policy } from '../../core/policy/policy.ts';
import type { Fields, Log } from '../../core/ports/telemetry.ts';

/** What a policy leaves out: worth a line, but not one for each contact. */
export interface Remarks {
  about(entries: readonly OwnEntry[]): void;
  /** Mapped fields that cannot hold what is mapped to them. */
  aboutUnfit(aliases: readonly string[]): void;
}

/** Users of a shop who are its customers only if the policy says so. */
const STAFF = new Set(['administrator', 'editor', 'author', 'contributor', 'subscriber', 'shop_manager']);
/** A store may send any text for a role or a status, and so many of them. */
const NAME = /^[\w-]{1,40}$/;
const MOST = 100;

/** Each is said once while the process lives. */
export function createRemarks({ policy, log }: { readonly policy: Policy; readonly log: Log }): Remarks {
  const said = new Set<string>();

  function once(name: string, say: () => void): void {
    if (said.has(name) || said.size === MOST) return;
    said.add(name);
    say();
  }
  function aboutCustomer(store: string, { data }: CustomerState): void {
    if (!data || isCustomerRole(policy, data.role)) return;
    const role = named(data.role);
    const fields: Fields = { store, role };
    once(`role/${store}/${role}`, () => {
      if (STAFF.has(role)) log.info(ROLE_LEFT_OUT, fields);
      else log.warn(ROLE_LEFT_OUT, fields);
    });
  }
  function aboutOrder(store: string, { data }: OrderState): void {
    if (!data || !isOwnStatus(data.status) || counts({ data }, policy)) return;
    const status = named(data.status);
    once(`status/${store}/${status}`, () => log.warn(STATUS_LEFT_OUT, { store, status }));
  }

  return {
    aboutUnfit: (aliases) => {
      for (const field of aliases) once(`unfit/${field}`, () => log.warn(UNFIT, { field }));
    },
    about: (entries) => {
      for (const { ref, state } of entries) {
        if (state.type === 'cart' || state.type === 'subscription') continue;
        if (state.type === 'customer') aboutCustomer(ref.store, state);
        else aboutOrder(ref.store, state);
      }
    },
  };
}

const ROLE_LEFT_OUT =
  'Customer records of a role make no contacts; if they should, name it in policy.customerRoles and deploy';
const STATUS_LEFT_OUT =
  'Orders in a status of the shop’s own do not count while they are not paid; if they should, name it in policy.countedStatuses and deploy';

const UNFIT =
  'A value of policy.map cannot stand in its field and is left out; map it to a field of another type, a text for example';

function named(text: string): string {
  return NAME.test(text) ? text : 'other';
}
