import * as v from 'valibot';
import { problemOf } from '../problems.ts';
import { BridgeConfig, ConfiguredStore } from './bridge-config.ts';
import { isPlaceholder } from './web-address.ts';

/** What a new configuration says first, each with the schema of its place. */
const PARTS = {
  region: BridgeConfig.entries.region,
  alarmEmail: BridgeConfig.entries.alarms.wrapped.entries.email,
  storeId: ConfiguredStore.entries.id,
  storeKind: ConfiguredStore.entries.kind,
  storeUrl: ConfiguredStore.entries.url,
  currency: ConfiguredStore.entries.currency,
  mauticUrl: BridgeConfig.entries.mautic.entries.url,
} as const;
export type ConfigPart = keyof typeof PARTS;

const OWNERS: Readonly<Partial<Record<ConfigPart, string>>> = { storeUrl: 'shop', mauticUrl: 'Mautic' };

/**
 * What is wrong with a text as this part of a configuration, as the end of a sentence that begins with the part; the
 * text is not repeated. `undefined`: a configuration with it is taken, and may be deployed.
 */
export function problemWith(part: ConfigPart, text: string): string | undefined {
  const { issues: [issue] = [] } = v.safeParse(PARTS[part], text);
  if (issue) return problemOf(PARTS[part], issue).message;
  const owner = OWNERS[part];
  if (owner === undefined || !isPlaceholder(text)) return undefined;
  return `is still a placeholder: put in the address of your ${owner}`;
}
