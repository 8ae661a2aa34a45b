import * as v from 'valibot';
import type { Register } from '../../ledger/register.ts';
import { contentHash } from '../../ledger/version.ts';
import type { Policy } from '../../policy/policy.ts';
import type { ItemGaps } from './items-plan.ts';

/** Where all instances share what Mautic is known not to have of the policy's Custom Objects. */
export const ITEMS_KNOWLEDGE: Register = { of: 'mautic', name: 'CUSTOM-OBJECTS' };

/** What somebody made in Mautic meanwhile is found after this. */
const GAP_MS = 3_600_000;
/** A plugin that was installed meanwhile is found after this. */
const PLUGIN_MS = 24 * 3_600_000;

/** What Mautic is known not to have, and since when, epoch ms; as the ledger keeps it. */
export const ItemsKnowledge = v.object({
  /** Hash of the policy's Custom Objects it was found under. */
  policy: v.string(),
  /** By alias or id. */
  objects: v.record(v.string(), v.number()),
  /** By alias. */
  attributes: v.record(v.string(), v.number()),
  /** No items came back after some were sent. */
  noPlugin: v.exactOptional(v.number()),
});
export type ItemsKnowledge = v.InferOutput<typeof ItemsKnowledge>;

/** What the register's text says, without what was found under another policy or too long ago. */
export function readItemsKnowledge(
  text: string | undefined,
  { customObjects }: Policy,
  now: number,
): ItemsKnowledge {
  const policy = contentHash(customObjects ?? null);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), ItemsKnowledge), text);
  if (!parsed.success || parsed.output.policy !== policy) return { policy, objects: {}, attributes: {} };
  const { objects, attributes, noPlugin } = parsed.output;
  return {
    policy,
    objects: since(objects, now - GAP_MS),
    attributes: since(attributes, now - GAP_MS),
    ...(noPlugin !== undefined && noPlugin > now - PLUGIN_MS ? { noPlugin } : {}),
  };
}

function since(found: Readonly<Record<string, number>>, time: number): Record<string, number> {
  return Object.fromEntries(Object.entries(found).filter(([, at]) => at > time));
}

/** What is left out of what is sent. */
export function gapsOf({ objects, attributes }: ItemsKnowledge): ItemGaps {
  return { objects: new Set(Object.keys(objects)), attributes: new Set(Object.keys(attributes)) };
}
