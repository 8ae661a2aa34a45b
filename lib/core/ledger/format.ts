import * as v from 'valibot';
import type { Register } from './register.ts';

/** Forms the ledger has had: what a version that knows the one before meets in it. */
const FORMATS: Readonly<Record<number, string>> = {
  1: 'orders, customers and products are text',
  2: 'orders, customers and products are packed (raw DEFLATE), which halves what they take',
};

/** The form this version leads the ledger to. It reads every form up to this one. */
export const LEDGER_FORMAT = 2;

/**
 * So long (ms) after a version came that knows a new form, things are still written in the form before: until then the
 * version before can be deployed again and reads everything.
 */
export const WAY_BACK_MS = 24 * 3_600_000;

/** Where it is noted which form the ledger is on its way to. */
export const FORMAT_REGISTER: Register = { of: 'mautic', name: 'FORMAT' };

const Standing = v.object({ format: v.number(), since: v.number() });

/** The greatest form that a version at work on this ledger knew, and since when (epoch ms). */
export type FormatStanding = v.InferOutput<typeof Standing>;

/** `undefined` where no version noted any: it knew the first form alone. */
export function readFormat(text: string | undefined): FormatStanding | undefined {
  if (text === undefined) return undefined;
  return v.parse(v.pipe(v.string(), v.parseJson(), Standing), text);
}

/** Whether things are written in form 2 now. */
export function isPacking({ format, since }: FormatStanding, now: number): boolean {
  return format >= 2 && now - since >= WAY_BACK_MS;
}

/** What a version meets that comes after `before`, one sentence for each form. */
export function changesSince(before: number): readonly string[] {
  return Object.entries(FORMATS)
    .filter(([format]) => Number(format) > before)
    .map(([format, change]) => `form ${format}: ${change}`);
}
