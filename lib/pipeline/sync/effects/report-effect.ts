import type { Effect } from '../../../core/effects/effect-kinds.ts';
import type { EffectState } from '../../../core/ledger/effect-state.ts';
import { refName } from '../../../core/ledger/snapshot.ts';
import type { SyncParts } from '../parts.ts';
import type { Ended } from './perform.ts';
import { AWAY_MS } from './still-open.ts';

/** Says how something that happens once has ended, for people. */
export function reportEffect(
  parts: Pick<SyncParts, 'log' | 'metrics' | 'clock'>,
  effect: Effect,
  { state, ended }: { readonly state: EffectState; readonly ended: Ended | undefined },
): void {
  const { log, metrics } = parts;
  if (state.state === 'done') {
    metrics.count('EffectDone');
    log.info('Done once', { ref: refName(effect.thing), effect: effect.id });
  }
  const fields = { [effect.thing.kind]: refName(effect.thing), effect: effect.id, reason: state.reason };
  if (effect.kind === 'coupon') {
    reportCoupon(parts, effect, { state, ended, fields });
    return;
  }
  if (state.reason === 'lapsed' && !isHarmless(effect))
    log.warn('A note or e-mail is not due any more, and is not sent', fields);
  if (state.state !== 'parked') return;
  metrics.count('EffectParked');
  log.error('A note or e-mail is parked until somebody acts', fields);
}

function isHarmless(effect: Effect): boolean {
  return effect.kind === 'lapsed' && effect.harmless === true;
}

interface Coupon {
  readonly state: EffectState;
  readonly ended: Ended | undefined;
  readonly fields: Readonly<Record<string, string | undefined>>;
}

function reportCoupon(
  { log, metrics, clock }: Pick<SyncParts, 'log' | 'metrics' | 'clock'>,
  { dueAt = clock.now() }: Effect,
  { state, ended, fields }: Coupon,
): void {
  const remedy = typeof ended === 'object' && !ended.ok ? ended.failure.message : undefined;
  const told = { ...fields, ...(remedy !== undefined && { remedy }) };
  if (state.state === 'parked') {
    metrics.count('EffectParked');
    log.error('A coupon is parked until somebody acts', told);
  }
  if (state.reason === 'no-coupons') log.warn('A store takes no coupons from outside; it has none', told);
  if (state.state !== 'refused' && state.state !== 'doubt') return;
  const isLong = clock.now() - dueAt >= AWAY_MS || state.at - clock.now() >= AWAY_MS;
  if (isLong) log.error('A coupon cannot be made in its shop until somebody acts', told);
  else log.warn('A coupon waits for its shop', told);
}
