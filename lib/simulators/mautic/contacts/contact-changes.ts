import { toDay } from '../database/dates.ts';
import { asText, isNumeric, isTruthy } from '../database/php-value.ts';
import type { Field, Stored } from '../database/rows.ts';
import { cleanText } from '../database/text-cleaning.ts';
import type { World } from '../world.ts';
import type { Binding, FormData, Submission } from './contact-form.ts';

/** How one field reads in the answer to the write itself; it differs from what is stored (recordings 125/126). */
export type Shown = { readonly core: Stored | null; readonly all: Stored | null };

/** What a submission changes in a contact. */
export type Changes = {
  readonly values: Readonly<Record<string, Stored>>;
  readonly points: number;
  /** By alias: the fields whose answer differs from a plain read. */
  readonly shown: ReadonlyMap<string, Shown>;
  readonly areReal: boolean;
};

/** Works out the write matrix: what is stored, kept, cleared or silently dropped (mautic-source, recordings 125-156, 314-366). */
export function changesOf(world: World, submission: Submission, data: FormData): Changes {
  const draft = new Draft(submission);
  const overwrites = overwritesBlank(submission);
  for (const [field, value] of data) {
    if (isDropped(world, submission, { field, value })) {
      setUnread(draft, field, submission);
      continue;
    }
    if (value !== null) draft.set(field, value);
    else if (overwrites) draft.clear(field);
  }
  draft.dateAttribution(world.now());
  return withCompany(world, draft.changes());
}

/** A company that is known keeps the spelling it was first written with; the answer shows what was sent (470; the rest derived). */
function withCompany({ db }: World, changes: Changes): Changes {
  const { company } = changes.values;
  if (company === undefined || !changes.shown.has('company')) return changes;
  const name = String(company);
  const known = db.lookups.company(name) ?? db.companies.insert((id) => ({ id, name }));
  return { ...changes, values: { ...changes.values, company: known.name } };
}

/** PUT always does, a false flag does not hinder it; the others do by the flag (recordings 150, 155, 156, 340, 364). */
function overwritesBlank({ payload, binding }: Submission): boolean {
  return binding === 'PUT' || isTruthy(payload.overwriteWithBlank);
}

type Sent = { readonly field: Field; readonly value: Stored | null };

/**
 * PATCH and POST drop every numeric value whose integer part is 0, in text fields too unless the contact is new
 * (recordings 243, 314-316, 339-351, 358, 359).
 */
function isDropped(world: World, { binding, existing }: Submission, { field, value }: Sent): boolean {
  if (binding === 'PUT' || value === null || typeof value === 'boolean') return false;
  if (existing === undefined && field.type !== 'number') return false;
  const number = isNumeric(value) ? Number(value) : 1;
  return world.traits.dropsFractions ? Math.trunc(number) === 0 : number === 0;
}

/** What is dropped of a new contact stays as it was sent, not rounded, unless it is 0: Mautic set it before (348; 5.2.1: 126). */
function setUnread(draft: Draft, field: Field, { existing, payload }: Submission): void {
  const sent = Number(cleanText(asText(payload[field.alias]) ?? '').replaceAll(',', '.'));
  if (existing === undefined && field.alias !== 'points' && sent !== 0) draft.set(field, sent);
}

class Draft {
  readonly #before: Readonly<Record<string, Stored>>;
  readonly #isNew: boolean;
  readonly #binding: Binding;
  readonly #values: Record<string, Stored>;
  readonly #shown = new Map<string, Shown>();
  #points: number;
  #areReal = false;

  constructor({ existing, binding }: Submission) {
    this.#before = existing?.values ?? {};
    this.#values = { ...this.#before };
    this.#points = existing?.points ?? 0;
    this.#isNew = existing === undefined;
    this.#binding = binding;
  }

  set(field: Field, value: Stored): void {
    if (field.alias === 'points') {
      this.#setPoints(Number(value));
      return;
    }
    const before = this.#before[field.alias];
    // The form's text of a moment never equals the database's: every PATCH of such a contact counts as a change (702, 705).
    if (field.type === 'datetime') this.#areReal = true;
    if (before === value) return;
    this.#values[field.alias] = value;
    this.#areReal = true;
    this.#shown.set(
      field.alias,
      typeof value === 'boolean' ? this.#shownBoolean(value, before) : { core: value, all: value },
    );
  }

  clear(field: Field): void {
    const before = this.#before[field.alias];
    const blank = field.type === 'number' ? 0 : '';
    if (field.alias === 'points') {
      this.#clearPoints();
      return;
    }
    delete this.#values[field.alias];
    this.#areReal ||= before !== undefined;
    const all = before === undefined || field.type === 'number' ? blank : null;
    this.#shown.set(field.alias, { core: blank, all });
  }

  /** Setting `attribution` dates it, clearing it clears the date (recordings 701-707). */
  dateAttribution(now: Date): void {
    const [value, before] = [this.#values.attribution, this.#before.attribution];
    if ((value === undefined) === (before === undefined)) return;
    const date = this.#before.attribution_date ?? null;
    if (value === undefined) {
      delete this.#values.attribution_date;
      this.#shown.set('attribution_date', { core: date ?? '', all: date === null ? '' : null });
    } else if (this.#values.attribution_date === undefined) {
      this.#values.attribution_date = `${toDay(now)} 00:00:00`;
      this.#shown.set('attribution_date', { core: date, all: toDay(now) });
    }
  }

  changes(): Changes {
    return { values: this.#values, points: this.#points, shown: this.#shown, areReal: this.#areReal };
  }

  /** On a new contact only PUT shows the cleared points in their group (recordings 124, 364). */
  #clearPoints(): void {
    this.#setPoints(0);
    if (this.#isNew && this.#binding !== 'PUT') this.#shown.delete('points');
    else this.#shown.set('points', { core: 0, all: 0 });
  }

  #setPoints(points: number): void {
    if (this.#isNew || points !== this.#points) this.#shown.set('points', { core: points, all: points });
    this.#areReal ||= points !== this.#points;
    this.#points = points;
  }

  /** The group shows the old state of a boolean, `all` the new one (recordings 258, 259, 317, 318). */
  #shownBoolean(value: boolean, before: Stored | undefined): Shown {
    if (this.#isNew) return { core: value ? true : null, all: value };
    return { core: before === undefined ? null : Number(before), all: value };
  }
}
