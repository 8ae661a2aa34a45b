import * as v from 'valibot';
import type { FieldInfo } from '../../core/contact/contact-write.ts';
import type { Claims } from '../../core/ports/ledger.ts';

/** What is known of the fields that are there, in this process and, through the claims, in all. */
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
  /** It is gone from Mautic, and may be made again. */
  forget(alias: string): Promise<void>;
  /** Mautic made it under another name: it must not be asked for again, by anybody. */
  shareRenamed(alias: string, got: string): Promise<void>;
  isRenamed(alias: string): boolean;
}

const Info = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ type: v.string(), limit: v.exactOptional(v.number()) }),
);
const Renamed = v.pipe(v.string(), v.parseJson(), v.object({ renamed: v.string() }));

/** A memory over the finished claims of kind FIELD. */
export function createFieldMemory({ claims }: { readonly claims: Claims }): FieldMemory {
  const known = new Map<string, FieldInfo>();
  const renamed = new Set<string>();

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
        else if (v.is(Renamed, value)) renamed.add(alias);
      }
    },
    forget: async (alias) => {
      await claims.reopen('FIELD', alias);
      known.delete(alias);
    },
    shareRenamed: async (alias, got) => {
      await claims.finish('FIELD', alias, JSON.stringify({ renamed: got }));
      renamed.add(alias);
    },
    isRenamed: (alias) => renamed.has(alias),
  };
}
