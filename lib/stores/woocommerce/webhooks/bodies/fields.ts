import * as v from 'valibot';
import { decimal } from '../../../../core/ledger/money.ts';

/** Decimal string; "0" when it is no number. */
export const Amount = v.fallback(v.pipe(v.unknown(), v.transform(decimal), v.string()), '0');

export const Flag = v.fallback(v.boolean(), false);
