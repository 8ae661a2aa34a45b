import {
  gapsOf,
  ITEMS_KNOWLEDGE,
  type ItemsKnowledge,
  readItemsKnowledge,
} from '../../../core/contact/items/items-knowledge.ts';
import type { ItemGaps } from '../../../core/contact/items/items-plan.ts';
import type { Registers } from '../../../core/ports/ledger.ts';
import type { SyncParts } from '../parts.ts';

/** Instances that write at once take turns. */
const MAX_TRIES = 4;

type Parts = Pick<SyncParts, 'policy' | 'clock' | 'log' | 'metrics'> & { readonly registers: Registers };
type Finding = { readonly object: string } | { readonly attribute: string } | 'no-plugin';

/** What all instances know that Mautic does not have; each finding is said once, by whoever writes it down first. */
export class Knowledge {
  readonly #parts: Parts;
  #known: ItemsKnowledge;
  #revision: number | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#known = readItemsKnowledge(undefined, parts.policy, 0);
  }

  /** Reads what is known. */
  static async read(parts: Parts): Promise<Knowledge> {
    const knowledge = new Knowledge(parts);
    try {
      await knowledge.#read();
    } catch (error) {
      parts.log.warn(
        'What Mautic lacks of the Custom Objects could not be read; it is found out again',
        {},
        error,
      );
    }
    return knowledge;
  }

  get gaps(): ItemGaps {
    return gapsOf(this.#known);
  }

  /** Mautic has no plugin of Custom Objects, as far as anybody knows. */
  get hasNoPlugin(): boolean {
    return this.#known.noPlugin !== undefined;
  }

  /** Notes what Mautic does not have. */
  async note(finding: Finding): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES && !this.#isKnown(finding); tries += 1) {
      const next = withFinding(this.#known, finding, this.#parts.clock.now());
      if (await this.#parts.registers.write(ITEMS_KNOWLEDGE, JSON.stringify(next), this.#revision)) {
        this.#known = next;
        this.#revision = (this.#revision ?? 0) + 1;
        this.#tell(finding);
        return;
      }
      await this.#read();
    }
    // Nobody else needs to know it for this invocation to go on without.
    this.#known = withFinding(this.#known, finding, this.#parts.clock.now());
  }

  async #read(): Promise<void> {
    const { registers, policy, clock } = this.#parts;
    const stored = await registers.read(ITEMS_KNOWLEDGE);
    this.#known = readItemsKnowledge(stored?.text, policy, clock.now());
    this.#revision = stored?.revision;
  }

  #isKnown(finding: Finding): boolean {
    if (finding === 'no-plugin') return this.hasNoPlugin;
    return 'object' in finding
      ? Object.hasOwn(this.#known.objects, finding.object)
      : Object.hasOwn(this.#known.attributes, finding.attribute);
  }

  #tell(finding: Finding): void {
    const { log, metrics } = this.#parts;
    metrics.count('EffectParked');
    if (finding === 'no-plugin')
      log.error(
        'Mautic has no plugin of Custom Objects; contacts go on without. Install it, or take customObjects out of the policy',
      );
    else
      log.error(
        'Mautic does not have a Custom Object or a field of the policy; the rest is written. Make it in Mautic, then replay',
        { ...finding },
      );
  }
}

function withFinding(known: ItemsKnowledge, finding: Finding, now: number): ItemsKnowledge {
  if (finding === 'no-plugin') return { ...known, noPlugin: now };
  if ('object' in finding) return { ...known, objects: { ...known.objects, [finding.object]: now } };
  return { ...known, attributes: { ...known.attributes, [finding.attribute]: now } };
}
