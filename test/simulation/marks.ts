/** A word that stands in one person's data only, and when it was typed. */
interface Typed {
  /** As typed. */
  readonly email: string;
  /** Epoch ms. */
  readonly at: number;
}

/** What people type is theirs alone, so that whatever is left of somebody can be told from everybody else's. */
export class Marks {
  readonly typed = new Map<string, Typed>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The same billing address in this person's own words. */
  on<Billing extends { readonly email?: string }>(billing: Billing, email = billing.email ?? ''): Billing {
    // Longer than what a hash holds by chance.
    const mark = `No${String(this.typed.size + 1)}Oneelse`;
    this.typed.set(mark, { email, at: this.#now() });
    return {
      ...billing,
      last_name: `Person ${mark}`,
      address_1: `1 Street of ${mark}`,
      phone: `+33 ${mark}`,
    };
  }
}
