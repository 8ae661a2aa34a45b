import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { MemoryMautic } from '../support/memory-mautic.ts';

/** Of the recorded deliveries so many were played to the end, recorded, and are still in the queue. */
export const PLAYED = 60;
export const RUNG = 66;
export const IN_FLIGHT = 76;

/** What a version left behind, in the middle of its work. */
export interface Photograph {
  /** Of the table. */
  readonly items: readonly Readonly<Record<string, unknown>>[];
  /** Messages of both queues. */
  readonly deliveries: readonly string[];
  readonly rings: readonly string[];
  readonly mautic: {
    readonly rows: readonly {
      readonly id: number;
      readonly email: string;
      readonly fields: Readonly<Record<string, string | number | null>>;
      readonly tags: readonly string[];
    }[];
    readonly notes: readonly { readonly contactId: number; readonly text: string }[];
  };
}

/** What the version with this format of the ledger left. */
export function releaseWith(format: number): Photograph {
  const file = new URL(`../fixtures/ledger/format-${String(format)}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'), (_key, value: unknown) =>
    v.is(Bytes, value) ? Buffer.from(value.base64, 'base64') : value,
  ) as Photograph;
}

const Bytes = v.strictObject({ base64: v.string() });

/** A photograph as it is kept; bytes stand in base64. */
export function textOf(photograph: Photograph): string {
  const kept = (_key: string, value: unknown) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;
  return JSON.stringify(photograph, kept, 1);
}

/** Mautic as that version left it. */
export function mauticOf({ mautic }: Photograph): MemoryMautic {
  const twin = new MemoryMautic();
  for (const { id, email, fields, tags } of mautic.rows)
    twin.rows.set(id, { id, email, fields: new Map(Object.entries(fields)), tags: new Set(tags) });
  twin.notes.push(...mautic.notes);
  return twin;
}
