import * as v from 'valibot';

/** Of an e-mail, a segment or whatever else stands in Mautic under a number. */
export const MauticId = v.pipe(v.number(), v.integer(), v.minValue(1, 'must be an id in Mautic'));
