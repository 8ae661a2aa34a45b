import * as v from 'valibot';

const Value = v.union([v.string(), v.number()]);
const Values = v.union([
  v.pipe(
    Value,
    v.transform((value) => [value]),
  ),
  v.array(Value),
  // PHP writes a list from which one was taken out as an object.
  v.pipe(
    v.record(v.string(), Value),
    v.transform((values) => Object.values(values)),
  ),
]);
const Requirement = v.pipe(
  v.object({ condition: v.string(), value: v.fallback(Values, []) }),
  v.transform(({ condition, value }) => ({
    condition,
    /** Amounts, numbers or ids; none where they cannot be read. */
    values: value.map(String),
  })),
);
type Requirement = v.InferOutput<typeof Requirement>;

/** Stands for one that cannot be read: to leave it out would widen the audience. */
const UNREADABLE: Requirement = { condition: 'unreadable', values: [] };

/** What must hold for an e-mail; one that cannot be read is there all the same. */
export const Requirements = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((found): readonly Requirement[] => {
      if (found === null || found === '' || found === false) return [];
      if (typeof found !== 'object') return [UNREADABLE];
      return Object.values(found).map((one: unknown) => v.parse(v.fallback(Requirement, UNREADABLE), one));
    }),
  ),
  null,
);
