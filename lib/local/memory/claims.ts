import type { ClaimKind, Claims, Lease } from '../../core/ports/ledger.ts';

type Claim = { readonly value: string } | Pick<Lease, 'holder' | 'until'>;

/** Creation claims and leases in memory. */
export function createMemoryClaims(): Claims {
  const claims: Record<ClaimKind, Map<string, Claim>> = {
    TAG: new Map(),
    FIELD: new Map(),
    LEASE: new Map(),
  };
  return {
    finished: async (kind) => {
      const done = [...claims[kind]].flatMap(([name, claim]) =>
        'value' in claim ? [[name, claim.value] as const] : [],
      );
      return new Map(done.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
    claim: async (kind, name, { holder, now, until }) => {
      const old = claims[kind].get(name);
      if (old && 'value' in old) return 'finished';
      if (old && old.until >= now) return 'held';
      claims[kind].set(name, { holder, until });
      return 'claimed';
    },
    finish: async (kind, name, value) => {
      claims[kind].set(name, { value });
    },
    reopen: async (kind, name) => {
      const old = claims[kind].get(name);
      if (old && 'value' in old) claims[kind].delete(name);
    },
    release: async (kind, name, holder) => {
      const old = claims[kind].get(name);
      if (old && 'holder' in old && old.holder === holder) claims[kind].delete(name);
    },
  };
}
