import type { Store } from '../../core/policy/configuration/store.ts';

/** What a new configuration needs to say. */
export interface ConfigAnswers {
  readonly region: string;
  /** Empty: nobody is told of alarms. */
  readonly alarmEmail: string;
  readonly storeId: string;
  readonly storeKind: Store['kind'];
  readonly storeUrl: string;
  readonly currency: string;
  readonly mauticUrl: string;
}

/** A bridge.config.ts; one outside the checkout imports the bridge by its name. */
export function configText(answers: ConfigAnswers, isInCheckout: boolean): string {
  const { region, alarmEmail, storeId, storeKind, storeUrl, currency, mauticUrl } = answers;
  const text = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const alarms = alarmEmail === '' ? '' : `  alarms: { email: ${text(alarmEmail)} },\n`;
  return `import { defineBridge } from ${text(isInCheckout ? './lib/core/policy.ts' : 'mautic-commerce-bridge')};

/** The one file you edit. Every problem in it is reported at once, by every command and by the CDK. */
export const config = defineBridge({
  region: ${text(region)}, // where it runs and personal data is kept
${alarms}  stores: [{ id: ${text(storeId)}, kind: ${text(storeKind)}, url: ${text(storeUrl)}, currency: ${text(currency)} }],
  mautic: { url: ${text(mauticUrl)} },
  policy: {},
});
`;
}
