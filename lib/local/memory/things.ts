import type { Pointer } from '../../core/contact/contact.ts';
import { type EffectState, nothingToMark } from '../../core/ledger/effect-state.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { State } from '../../core/ledger/fold/order.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import type { Entry, Things } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';

/** What the memory ledger holds of things; states are JSON text, so that no caller can alter them. */
export interface ThingShelf {
  readonly states: Map<
    string,
    { readonly json: string; readonly revision: number; readonly savedAt: number }
  >;
  /** Contact → name of the thing → the thing. */
  readonly pointers: Map<ContactKey, Map<string, Pointer>>;
  /** Name of the product → contacts that wait for it. */
  readonly waits: Map<string, Set<ContactKey>>;
  /** Name of the thing → effect → how far it is. */
  readonly effects: Map<string, Map<string, EffectState>>;
  /** Store → when it was connected. */
  readonly connections: Map<string, number>;
}

export function emptyThingShelf(): ThingShelf {
  return {
    states: new Map(),
    pointers: new Map(),
    waits: new Map(),
    effects: new Map(),
    connections: new Map(),
  };
}

/** Orders, customers and products in memory. */
export function createMemoryThings(
  { states, pointers, waits, effects, connections }: ThingShelf,
  clock: Pick<Clock, 'now'>,
): Things {
  return {
    load: async (refs) => loaded(states, effects, refs),
    save: async (ref, state, revision) => {
      const name = refName(ref);
      if (states.get(name)?.revision !== revision) return false;
      states.set(name, { json: JSON.stringify(state), revision: (revision ?? 0) + 1, savedAt: clock.now() });
      return true;
    },
    claimEffect: async (thing, effect, { at, contactId, coupon, taken }) => {
      const name = refName(thing);
      const known = effects.get(name)?.get(effect);
      if (!states.has(name) || known?.at !== taken?.at || known?.state !== taken?.state) return false;
      const claimed = { state: 'claimed', at, contactId, ...coupon } as const;
      effects.set(name, new Map(effects.get(name)).set(effect, claimed));
      return true;
    },
    markEffect: async (thing, effect, state) => {
      const name = refName(thing);
      if (!states.has(name)) throw nothingToMark(name, effect);
      const changed = new Map(effects.get(name));
      if (state) changed.set(effect, structuredClone(state));
      else changed.delete(effect);
      effects.set(name, changed);
    },
    connectedSince: async (store, now) => {
      connections.set(store, connections.get(store) ?? now);
      return connections.get(store) ?? now;
    },
    point: async (contact, { kind, store, id, touchedAt }) => {
      const pointer = { kind, store, id, ...(touchedAt !== undefined && { touchedAt }) };
      const own = pointers.get(contact) ?? new Map<string, Pointer>();
      pointers.set(contact, own.set(refName(pointer), pointer));
    },
    awaitProduct: async (product, contact) => {
      waits.set(refName(product), (waits.get(refName(product)) ?? new Set()).add(contact));
    },
    waitingFor: async (product) => [...(waits.get(refName(product)) ?? [])].sort(),
    stopWaiting: async (product, contact) => {
      waits.get(refName(product))?.delete(contact);
    },
  };
}

function loaded(
  states: ThingShelf['states'],
  effects: ThingShelf['effects'],
  refs: readonly Ref[],
): ReadonlyMap<string, Entry> {
  const names = new Set(refs.map(refName));
  return new Map(
    [...names].flatMap((name) => {
      const stored = states.get(name);
      if (!stored) return [];
      const { json, ...rest } = stored;
      const done = structuredClone(Object.fromEntries(effects.get(name) ?? []));
      return [[name, { state: stateOf(json), ...rest, effects: done }]];
    }),
  );
}

/** The thing a name of `refName` names; the cast holds because nothing else is a name. */
export function refOf(name: string): Ref {
  const [kind, store = '', ...id] = name.split('/');
  return { kind: kind as Ref['kind'], store, id: id.join('/') };
}

/** The cast holds because only `save` writes here. */
export function stateOf(json: string): State {
  return JSON.parse(json) as State;
}
