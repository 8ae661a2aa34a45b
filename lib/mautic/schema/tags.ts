import * as v from 'valibot';
import { byKey, tagKey } from '../../core/contact/text/tag-key.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticTags, TagsReady } from '../../core/ports/mautic.ts';
import { countCharacters } from '../characters.ts';
import type { MauticClient } from '../client.ts';
import { type CreationOptions, createOnce, createTurns } from './creation.ts';
import { listTags } from './tag-list.ts';

export interface MauticTagsOptions extends CreationOptions {
  readonly client: MauticClient;
}

/** The column of Mautic's tags; a longer tag is an opaque 500 for the whole batch (recordings 146, 180). */
const MAX_LENGTH = 191;
/** Whoever needs a tag that could not be created a moment ago fares no better: a batch asks once. */
const FAILED_MS = 15_000;
/** How long Mautic's list of tags is good for: what people add meanwhile is theirs to spell. */
const LISTED_MS = 3_600_000;
/** Written by versions that knew a tag by its text alone. */
const AS_NAMED = '1';

const TagAnswer = v.object({ tag: v.object({ tag: v.string() }) });

/**
 * Tags, made once and one after the other, under the key that all spellings share. Where one of them exists, it stays
 * as it is spelt: making another would rename it for everybody (5.2.1: 164 to 186).
 */
export function createMauticTags(options: MauticTagsOptions): MauticTags {
  const book = new TagBook(options);
  return { ready: (tags) => book.ready(tags) };
}

class TagBook {
  readonly #options: MauticTagsOptions;
  readonly #inTurn = createTurns();
  /** Key → spelling, of tags that are there. */
  readonly #known = new Map<string, string>();
  readonly #failures = new Map<string, { readonly failure: Failure; readonly at: number }>();
  #listed: { readonly byKey: ReadonlyMap<string, string>; readonly at: number } | undefined;

  constructor(options: MauticTagsOptions) {
    this.#options = options;
  }

  async ready(tags: readonly string[]): Promise<TagsReady> {
    if (!tags.every((tag) => this.#known.has(tagKey(tag)))) await this.#inTurn(() => this.#makeMissing(tags));
    const spellings = new Map<string, string>();
    const failures = new Map<string, Failure>();
    for (const tag of tags) {
      const spelling = this.#known.get(tagKey(tag));
      if (spelling === undefined) failures.set(tag, this.#failureOf(tag));
      else spellings.set(tag, spelling);
    }
    return { spellings, failures };
  }

  async #makeMissing(tags: readonly string[]): Promise<void> {
    if (!tags.every((tag) => this.#known.has(tagKey(tag)))) await this.#recall();
    for (const tag of tags) if (!this.#known.has(tagKey(tag)) && isPossible(tag)) await this.#make(tag);
  }

  async #recall(): Promise<void> {
    for (const [name, value] of await this.#options.claims.finished('TAG')) {
      const key = tagKey(name);
      if (!this.#known.has(key)) this.#known.set(key, value === AS_NAMED ? name : value);
    }
  }

  async #make(tag: string): Promise<void> {
    const key = tagKey(tag);
    if (this.#recentFailure(key)) return;
    const made = await createOnce(this.#options, {
      kind: 'TAG',
      name: key,
      create: () => this.#findOrCreate(tag),
      describe: (spelling) => spelling,
    });
    if (!made.ok) {
      this.#failures.set(key, { failure: made.failure, at: this.#options.clock.now() });
      return;
    }
    if (made.value === undefined) await this.#recall();
    else this.#known.set(key, made.value);
    this.#failures.delete(key);
  }

  /** An existing tag answers 200 with its id (recording 371), so repeating this is harmless. */
  async #findOrCreate(tag: string): Promise<Outcome<string>> {
    const existing = (await this.#list()).get(tagKey(tag));
    if (existing !== undefined) return succeeded(existing);
    const answer = await this.#options.client.call({ method: 'POST', path: '/api/tags/new', body: { tag } });
    if (!answer.ok) return answer;
    const parsed = v.safeParse(TagAnswer, answer.value.body);
    return parsed.success ? succeeded(parsed.output.tag.tag) : failed(UNREADABLE);
  }

  /** As far as it can be read: without it a tag is made all the same. */
  async #list(): Promise<ReadonlyMap<string, string>> {
    const now = this.#options.clock.now();
    if (this.#listed && now - this.#listed.at < LISTED_MS) return this.#listed.byKey;
    const list = await listTags(this.#options.client);
    if (!list.ok) return new Map();
    // Of two rows of one text Mautic means the newer one.
    const newestFirst = list.value.toSorted((a, b) => b.id - a.id).map(({ tag }) => tag);
    this.#listed = { byKey: byKey(newestFirst), at: now };
    return this.#listed.byKey;
  }

  #recentFailure(key: string): Failure | undefined {
    const last = this.#failures.get(key);
    return last && this.#options.clock.now() - last.at < FAILED_MS ? last.failure : undefined;
  }

  #failureOf(tag: string): Failure {
    return isPossible(tag) ? (this.#failures.get(tagKey(tag))?.failure ?? NOT_MADE) : refused(tag);
  }
}

function isPossible(tag: string): boolean {
  return tagKey(tag) !== '' && countCharacters(tag) <= MAX_LENGTH;
}

const NOT_MADE: Failure = {
  kind: 'retry',
  code: 'creation-held',
  message: 'Another instance is creating a tag. The next attempt finds it.',
};

const UNREADABLE: Failure = {
  kind: 'unknown',
  code: 'unreadable',
  message: 'POST /api/tags/new did not answer as Mautic does. Check the version of Mautic.',
};

function refused(tag: string): Failure {
  const message = `A tag of ${String(countCharacters(tag))} characters was asked for; Mautic takes 1 to ${String(MAX_LENGTH)}. Change the tag templates.`;
  return { kind: 'park', code: 'tag-length', message };
}
