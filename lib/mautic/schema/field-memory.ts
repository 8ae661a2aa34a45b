import * as v from 'valibot';
import type { FieldInfo, NeededField } from '../../core/contact/contact-write.ts';
import type { Claims } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';

/** What is known of the fields, in this process and, through the claims, in all. */
export interface FieldMemory {
  get(alias: string): FieldInfo | undefined;
  /** Everything known, limits learnt of fields nobody asked for included. */
  all(): ReadonlyMap<string, FieldInfo>;
  /** Keeps what others already know. */
  note(alias: string, info: FieldInfo): void;
  /** Tells everybody. */
  share(alias: string, info: FieldInfo): Promise<void>;
  /** Reads what others found out. */
  recall(): Promise<void>;
  /** Those that have to be looked for. */
  unknown(needed: readonly NeededField[]): readonly NeededField[];
  /** Not to be looked for again for a while; true the first time. */
  missing(alias: string): boolean;
}

/** How long a field that Mautic lacks is not looked for again. */
const MISSING_MS = 300_000;

const Info = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ type: v.string(), limit: v.exactOptional(v.number()) }),
);

/** A memory over the finished claims of kind FIELD. */
export function createFieldMemory({ claims, clock }: { claims: Claims; clock: Clock }): FieldMemory {
  const known = new Map<string, FieldInfo>();
  const missingSince = new Map<string, number>();

  function isUnknown({ alias }: NeededField): boolean {
    const missing = missingSince.get(alias);
    return !known.has(alias) && (missing === undefined || clock.now() - missing > MISSING_MS);
  }

  return {
    get: (alias) => known.get(alias),
    all: () => new Map(known),
    note: (alias, info) => void known.set(alias, info),
    share: async (alias, info) => {
      await claims.finish('FIELD', alias, JSON.stringify(info));
      known.set(alias, info);
    },
    recall: async () => {
      for (const [alias, value] of await claims.finished('FIELD')) {
        const info = v.safeParse(Info, value);
        if (info.success) known.set(alias, info.output);
      }
    },
    unknown: (needed) => needed.filter(isUnknown),
    missing: (alias) => {
      const first = !missingSince.has(alias);
      missingSince.set(alias, clock.now());
      return first;
    },
  };
}
