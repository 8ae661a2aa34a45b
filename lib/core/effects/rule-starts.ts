import * as v from 'valibot';

const Stored = v.array(v.tuple([v.string(), v.number()]));

/** Only orders created after these moments have effects; epoch ms. */
export interface Starts {
  /** By the store's id; a store that is missing has none. */
  get(store: string): number | undefined;
  /** By the effect's id: of rules that came into the policy later. */
  readonly rules?: ReadonlyMap<string, number>;
}

/** Effect id → when its rule came into the policy, epoch ms. */
export type RuleStarts = ReadonlyMap<string, number>;

/** What a register's text says; nothing when it is none that this version knows. */
export function readRuleStarts(text: string | undefined): RuleStarts {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), Stored), text);
  return new Map(result.success ? result.output : []);
}

/** As it is kept in a register: in one order, whatever the order of the rules. */
export function ruleStartsText(starts: RuleStarts): string {
  return JSON.stringify([...starts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The rules there are now; a new one starts `now`, one that was taken out is forgotten. */
export function startsOf(rules: readonly string[], known: RuleStarts, now: number): RuleStarts {
  return new Map(rules.map((rule) => [rule, known.get(rule) ?? now]));
}
