import type { FieldInfo, NeededField } from '../../core/contact/contact-write.ts';
import type { Trouble } from '../../core/contact/field-standing.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticFields } from '../../core/ports/mautic.ts';
import type { MauticClient } from '../client.ts';
import { type CreationOptions, createTurns } from './creation.ts';
import { type ListedField, listFields } from './field-list.ts';
import { infoOf, makeField } from './field-making.ts';
import { createFieldMemory, type FieldMemory } from './field-memory.ts';
import { createFieldNotes, type FieldNotes, type FieldNotesOptions } from './field-notes.ts';
import { isCurable, requiredOf, troubleOf } from './field-troubles.ts';

export interface MauticFieldsOptions extends CreationOptions, FieldNotesOptions {
  readonly client: MauticClient;
  /** `create` makes missing fields, `check` only leaves them out. */
  readonly mode: 'create' | 'check';
}

/** What the policy writes. */
interface Wanted {
  readonly needed: readonly NeededField[];
  readonly others: readonly string[];
}

type Infos = ReadonlyMap<string, FieldInfo>;
type List = ReadonlyMap<string, ListedField>;

/** People change fields in Mautic; its list is read again after this. */
const LASTS_MS = 3_600_000;
/** While something is wrong that a person may mend at any time. */
const TROUBLED_MS = 300_000;
/** After an answer that does not fit, at most this often. */
const RECHECK_MS = 60_000;

/**
 * Custom fields: known from memory, then from the ledger, then from Mautic's list; what is missing is made. A field
 * that cannot be had keeps no contact from being written: it is left out, told once, and looked for again. When it is
 * there again, every contact is written in full once more.
 */
export function createMauticFields(options: MauticFieldsOptions): MauticFields {
  const book = new FieldBook(options);
  return {
    ready: (needed, others = []) => book.ready({ needed, others }),
    recheck: () => book.recheck(),
    learnLimit: (alias, limit) => book.learnLimit(alias, limit),
  };
}

class FieldBook {
  readonly #options: MauticFieldsOptions;
  readonly #inTurn = createTurns();
  readonly #memory: FieldMemory;
  readonly #notes: FieldNotes;
  #wanted: Wanted = { needed: [], others: [] };
  #surveys = 0;
  #recheckedAt = Number.NEGATIVE_INFINITY;
  /** From then on what is known has to be looked at again. */
  #doubtfulFrom = Number.POSITIVE_INFINITY;
  /** Mautic's list could not be read a moment ago, and is not needed. */
  #leftUntil = 0;

  constructor(options: MauticFieldsOptions) {
    this.#options = options;
    this.#memory = createFieldMemory(options);
    this.#notes = createFieldNotes(options);
  }

  async ready(wanted: Wanted): Promise<Outcome<Infos>> {
    this.#wanted = wanted;
    const failure = this.#isFresh(wanted) ? undefined : await this.#inTurn(() => this.#learn(wanted));
    return failure ? failed(failure) : succeeded(this.#infos(wanted));
  }

  async recheck(): Promise<Outcome<void>> {
    const seen = this.#surveys;
    const failure = await this.#inTurn(async () => {
      // Many contacts of a batch notice at once, and one list says it to all of them.
      if (this.#surveys > seen) return undefined;
      if (this.#now() - this.#recheckedAt < RECHECK_MS) {
        this.#doubtfulFrom = this.#recheckedAt + RECHECK_MS;
        return undefined;
      }
      this.#recheckedAt = this.#now();
      return this.#survey(this.#wanted);
    });
    return failure ? failed(failure) : succeeded(undefined);
  }

  async learnLimit(alias: string, limit: number): Promise<void> {
    if (!this.#memory.get(alias)) await this.#memory.recall();
    await this.#memory.share(alias, { type: this.#memory.get(alias)?.type ?? 'text', limit });
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #isFresh({ needed }: Wanted): boolean {
    const standing = this.#notes.current();
    if (!this.#isSettled(needed)) return false;
    const now = this.#now();
    if (now < this.#leftUntil || !standing) return now < this.#leftUntil;
    if (now >= this.#doubtfulFrom) return false;
    const lasts = Object.values(standing.troubles).some(isCurable) ? TROUBLED_MS : LASTS_MS;
    return now - standing.readAt < lasts;
  }

  #isSettled(needed: readonly NeededField[]): boolean {
    return needed.every(({ alias }) => this.#memory.get(alias) ?? this.#troubleBefore(alias));
  }

  #troubleBefore(alias: string): Trouble | undefined {
    return this.#notes.current()?.troubles[alias];
  }

  /** From the ledger if another instance has looked, else from Mautic. */
  async #learn(wanted: Wanted): Promise<Failure | undefined> {
    if (this.#isFresh(wanted)) return undefined;
    await this.#notes.read();
    await this.#memory.recall();
    return this.#isFresh(wanted) ? undefined : this.#survey(wanted);
  }

  async #survey(wanted: Wanted): Promise<Failure | undefined> {
    const list = await listFields(this.#options.client);
    if (!list.ok) {
      if (!this.#isSettled(wanted.needed)) return list.failure;
      this.#leftUntil = this.#now() + TROUBLED_MS;
      return undefined;
    }
    this.#surveys += 1;
    this.#doubtfulFrom = Number.POSITIVE_INFINITY;
    return this.#judge(wanted, list.value);
  }

  async #judge({ needed, others }: Wanted, list: List): Promise<Failure | undefined> {
    const isUpgrade = this.#memory.all().size > 0;
    const filled = new Set(['email', ...others, ...needed.map(({ alias }) => alias)]);
    const troubles = new Map<string, Trouble>(requiredOf(list, filled));
    let restored = false;
    for (const alias of others) noteTrouble(troubles, alias, troubleOf(alias, list.get(alias)));
    for (const field of needed) {
      const wasThere = this.#memory.get(field.alias) !== undefined && !list.has(field.alias);
      const settled = await this.#settle(field, list.get(field.alias));
      if (!settled.ok) return settled.failure;
      noteTrouble(troubles, field.alias, settled.value);
      restored ||= wasThere && settled.value === undefined;
    }
    const next = { readAt: this.#now(), troubles: Object.fromEntries(troubles) };
    await this.#notes.replace(next, { restored, isUpgrade });
    return undefined;
  }

  async #settle(field: NeededField, listed: ListedField | undefined): Promise<Outcome<Trouble | undefined>> {
    const memory = this.#memory;
    const trouble = troubleOf(field.alias, listed);
    if (listed && !trouble) {
      if (memory.get(field.alias)?.type !== listed.type) await memory.share(field.alias, infoOf(listed));
      return succeeded(undefined);
    }
    if (listed || this.#options.mode === 'check') return succeeded(trouble);
    return makeField({ ...this.#options, memory }, field, this.#troubleBefore(field.alias));
  }

  /** What is known, without what is needed and cannot be had, and with a mark on what must not be written. */
  #infos({ needed, others }: Wanted): Infos {
    const all = new Map(this.#memory.all());
    for (const { alias } of needed) if (this.#troubleBefore(alias)) all.delete(alias);
    for (const alias of others)
      if (this.#troubleBefore(alias)) all.set(alias, { type: 'text', ...all.get(alias), leftOut: true });
    return all;
  }
}

function noteTrouble(troubles: Map<string, Trouble>, alias: string, trouble: Trouble | undefined): void {
  if (trouble) troubles.set(alias, trouble);
}
