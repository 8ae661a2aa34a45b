import * as v from 'valibot';
import type { ContactKey } from '../email.ts';

/** What belongs together in the logs: orders as `order/demo/23`, the person they belong to, or both. */
export interface Thread {
  readonly refs: readonly string[];
  readonly contact?: ContactKey | undefined;
}

/** A line that a function logged; nothing of it is personal. */
export interface LoggedLine {
  /** Epoch ms. */
  readonly at: number;
  /** The function: `record`. */
  readonly service: string;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

const Logged = v.looseObject({
  timestamp: v.string(),
  service: v.string(),
  level: v.string(),
  message: v.string(),
});

/** For machines, or too long for a line. */
const UNSHOWN: ReadonlySet<string> = new Set(['sampling_rate', 'xray_trace_id', 'errorStack']);

/** A line of a function's log as it printed it, JSON; `undefined` for anything else, such as what Lambda says itself. */
export function loggedLine(text: string): LoggedLine | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Logged), text);
  if (!parsed.success) return undefined;
  const { timestamp, service, level, message, ...rest } = parsed.output;
  const at = Date.parse(timestamp);
  if (!Number.isFinite(at)) return undefined;
  const fields = Object.entries(rest).filter(
    (field): field is [string, string | number | boolean] =>
      !UNSHOWN.has(field[0]) && ['string', 'number', 'boolean'].includes(typeof field[1]),
  );
  return { at, service, level, message, fields: Object.fromEntries(fields) };
}

/** The fields in which a line names a thing or a person; the queries that are saved in CloudWatch ask for the same. */
export const NAMING = { things: ['ref', 'order'], person: 'contact' } as const;

/** Whether a line tells of one of the orders or of the person. */
export function isOfThread({ fields }: Pick<LoggedLine, 'fields'>, { refs, contact }: Thread): boolean {
  const isOfThing = NAMING.things.some((name) => refs.includes(String(fields[name])));
  return isOfThing || (contact !== undefined && fields[NAMING.person] === contact);
}
