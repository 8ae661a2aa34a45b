import { ORDER_STATUSES } from '../../ledger/order-status.ts';
import type { Policy } from '../policy.ts';
import { nearest } from '../problems.ts';
import type { BridgeConfig } from './bridge-config.ts';
import { unheardIn } from './unheard.ts';
import { isPlaceholder } from './web-address.ts';

/** What is allowed and probably not meant, one sentence each: said, and not refused. */
export function adviceOn({ policy, stores }: Pick<BridgeConfig, 'policy' | 'stores'>): readonly string[] {
  const statuses = statusesOf(policy)
    .filter(({ status }) => !ORDER_STATUSES.includes(status))
    .map(({ place, status }) => `${place}: ${aboutStatus(status)}`);
  return [...statuses, ...unheardIn({ policy, stores })];
}

function aboutStatus(status: string): string {
  const near = nearest(status, ORDER_STATUSES);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return `no order of WooCommerce itself ever has the status ${status}; if a plugin of your shop adds it, all is well.${hint}`;
}

interface NamedStatus {
  readonly place: string;
  readonly status: string;
}

function statusesOf({
  countedStatuses,
  notes,
  emails,
  segments,
  followUps = [],
}: Policy): readonly NamedStatus[] {
  const at = (place: string, statuses: readonly string[]) => statuses.map((status) => ({ place, status }));
  return [
    ...at('policy.countedStatuses', countedStatuses),
    ...at('policy.notes', notes),
    ...at('policy.emails', Object.keys(emails)),
    ...followUps.flatMap(({ id, on }) =>
      typeof on === 'object' && 'status' in on ? at(`policy.followUps, ${id}`, [on.status]) : [],
    ),
    ...segments.flatMap(({ statuses }, index) =>
      at(`policy.segments.${String(index)}.statuses`, statuses ?? []),
    ),
  ];
}

/** What must be put in before this can be deployed, one sentence each. */
export function obstaclesTo(stage: string, { region, stores, mautic, aws }: BridgeConfig): readonly string[] {
  const placeholders = stores.filter(({ url }) => url !== undefined && isPlaceholder(url));
  return [
    ...(region === undefined
      ? [
          `bridge.config.ts names no region for stage ${stage}: say where personal data is kept, like region: 'eu-central-1'`,
        ]
      : []),
    ...(isPlaceholder(mautic.url)
      ? [
          `mautic.url of stage ${stage} in bridge.config.ts is still a placeholder: put in the address of your Mautic`,
        ]
      : []),
    ...wrongCertificate(region, aws),
    ...placeholders.map(
      ({ id }) =>
        `the url of store ${id} of stage ${stage} in bridge.config.ts is still a placeholder: put in the address of your shop, or leave it out`,
    ),
  ];
}

/** An HTTP API takes certificates of its own region alone. */
function wrongCertificate(region: string | undefined, { domain }: BridgeConfig['aws']): readonly string[] {
  const itsRegion = domain?.certificateArn.split(':')[3];
  if (itsRegion === undefined || region === undefined || itsRegion === region) return [];
  return [
    `the certificate of aws.domain in bridge.config.ts is in ${itsRegion}: an API in ${region} needs one that was made there, in AWS Certificate Manager`,
  ];
}
