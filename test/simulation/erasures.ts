import type { ContactKey } from '../../lib/core/ledger/email.ts';
import type { MemoryLedger } from '../../lib/local/memory/ledger.ts';
import type { Dice, Engine } from './engine.ts';

const MINUTE = 60_000;

interface ErasuresParts {
  readonly ledger: MemoryLedger;
  /** Runs the command; `undefined`: it failed, or somebody stopped it. */
  readonly erase: (key: ContactKey) => Promise<number | undefined>;
  readonly engine: Engine;
  readonly dice: Dice;
}

/** What whoever runs the bridge does when people ask to be forgotten: the command, and again where it failed. */
export class Erasures {
  /** Address, as Mautic gets it → when it was erased last, epoch ms. */
  readonly at = new Map<string, number>();
  /** The same, for whoever asked more than once. */
  readonly first = new Map<string, number>();
  readonly #parts: ErasuresParts;
  /** Those of whom the command has not come to its end. */
  readonly #open = new Map<ContactKey, string>();

  constructor(parts: ErasuresParts) {
    this.#parts = parts;
  }

  static in(seed: number): boolean {
    return seed % 7 < 2;
  }

  /** Once somebody has bought; whoever is erased late does not come back. */
  plan(until: number): void {
    const { engine, dice } = this.#parts;
    const left = until - engine.now;
    for (let count = dice.between(2, 6); count > 0; count -= 1)
      engine.after(left * (1 - 0.7 * dice.next()), () => this.#act());
  }

  /** Nobody is left half done. */
  async finish(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((key) => this.#erase(key)));
  }

  /** Whoever is unknown to the bridge cannot be erased: the command says so. */
  #act(): void {
    const { ledger, dice } = this.#parts;
    const { profiles } = ledger.contents();
    const known = (Object.keys(profiles) as ContactKey[]).filter((key) => profiles[key]?.email !== '');
    if (known.length === 0) return;
    this.#begin(dice.pick(known));
  }

  /** Somebody with this address asks for it. */
  ask(email: string): void {
    const { profiles } = this.#parts.ledger.contents();
    const known = (Object.keys(profiles) as ContactKey[]).find((key) => profiles[key]?.email === email);
    if (known) this.#begin(known);
  }

  #begin(key: ContactKey): void {
    const email = this.#parts.ledger.contents().profiles[key]?.email ?? '';
    if (this.#open.has(key)) return;
    this.#open.set(key, email);
    void this.#erase(key);
  }

  async #erase(key: ContactKey): Promise<void> {
    const { erase, engine, dice } = this.#parts;
    const email = this.#open.get(key);
    if (email === undefined) return;
    const at = await erase(key);
    if (at === undefined) {
      engine.after(dice.between(1, 20) * MINUTE, () => void this.#erase(key));
      return;
    }
    this.#open.delete(key);
    this.at.set(email, Math.max(at, this.at.get(email) ?? 0));
    this.first.set(email, Math.min(at, this.first.get(email) ?? at));
  }
}
