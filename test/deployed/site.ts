import type { FueSite } from '../../lib/simulators/follow-up-emails/site.ts';
import type { MauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import type { StoreSimulator } from '../../lib/simulators/woocommerce/simulator.ts';
import type { Emulator } from './emulator.ts';
import type { Shell } from './shell.ts';

/** A shop that had another bridge before. */
export interface ShopWithPast extends StoreSimulator {
  /** Of Follow-Up Emails, on the shop's own address. */
  readonly followUps: FueSite;
}

/** What a deployment is tried on. */
export interface Site {
  readonly emulator: Emulator;
  readonly shell: Shell;
  /** Copies of the project: as it is deployed first, with another policy, and with a ledger that was restored. */
  readonly folders: { readonly first: string; readonly changed: string; readonly restored: string };
  readonly mautic: { readonly production: MauticSimulator; readonly staging: MauticSimulator };
  /** What was synthesised of the first. */
  readonly out: string;
  /** Of staging; production's only sends. */
  readonly shop: ShopWithPast;
  /** The configuration with what `bridge migrate` says is to be put into it. */
  readonly withFollowUps: (followUps: string) => string;
  /** Does it, and prints how long that took. */
  readonly step: <Result>(title: string, work: () => Promise<Result>) => Promise<Result>;
}

/** What stores sign with, by stage, and how the simulated Mautic and shop are got into: for this run only. */
export const WEBHOOK_SECRETS = {
  production: 'a webhook secret of production',
  staging: 'a webhook secret of staging',
};
/** What the feeds of production's second store send. */
export const FEED_STORE_SECRET = 'a feed secret of production';
/** Whose order no webhook tells of, but the shop of staging has. */
export const REREAD_BUYER = 'read@example.test';
const KEYS = {
  clientId: 'local',
  clientSecret: 'local-secret',
  consumerKey: 'ck_local',
  consumerSecret: 'cs_local',
};

/** What goes into the secrets of a stage, by the names that README gives. */
export function secretsOf(stage: keyof typeof WEBHOOK_SECRETS): Readonly<Record<string, string>> {
  return { ...KEYS, webhookSecret: WEBHOOK_SECRETS[stage] };
}
