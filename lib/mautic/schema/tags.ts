import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticTags } from '../../core/ports/mautic.ts';
import { countCharacters } from '../characters.ts';
import type { MauticClient } from '../client.ts';
import { type CreationOptions, createOnce, createTurns } from './creation.ts';

export interface MauticTagsOptions extends CreationOptions {
  readonly client: MauticClient;
}

/** The column of Mautic's tags; a longer tag is an opaque 500 for the whole batch (recordings 146, 180). */
const MAX_LENGTH = 191;
/** Whoever needs a tag that could not be created a moment ago fares no better: a batch asks once. */
const FAILED_MS = 15_000;

/** Tags, created once and one after the other; names in claims are the tag texts. */
export function createMauticTags(options: MauticTagsOptions): MauticTags {
  const { client, claims, clock } = options;
  const inTurn = createTurns();
  const known = new Set<string>();
  const failures = new Map<string, { readonly failure: Failure; readonly at: number }>();

  async function ready(tags: readonly string[]): Promise<Outcome<void>> {
    const impossible = tags.find((tag) => tag.trim() === '' || countCharacters(tag) > MAX_LENGTH);
    if (impossible !== undefined) return failed(refused(impossible));
    if (tags.every((tag) => known.has(tag))) return succeeded(undefined);
    return inTurn(() => createMissing(tags));
  }

  async function createMissing(tags: readonly string[]): Promise<Outcome<void>> {
    if (!tags.every((tag) => known.has(tag))) await recall();
    for (const tag of tags) {
      if (known.has(tag)) continue;
      const failure = recentFailure(tag) ?? (await createTag(tag));
      if (failure) return failed(failure);
      known.add(tag);
    }
    return succeeded(undefined);
  }

  function recentFailure(tag: string): Failure | undefined {
    const last = failures.get(tag);
    return last && clock.now() - last.at < FAILED_MS ? last.failure : undefined;
  }

  async function createTag(tag: string): Promise<Failure | undefined> {
    const created = await createOnce(options, {
      kind: 'TAG',
      name: tag,
      create: () => create(tag),
      describe,
    });
    if (created.ok) return void failures.delete(tag);
    failures.set(tag, { failure: created.failure, at: clock.now() });
    return created.failure;
  }

  async function recall(): Promise<void> {
    for (const tag of (await claims.finished('TAG')).keys()) known.add(tag);
  }

  /** An existing tag answers 200 with its id (recording 371), so repeating this is harmless. */
  async function create(tag: string): Promise<Outcome<void>> {
    const answer = await client.call({ method: 'POST', path: '/api/tags/new', body: { tag } });
    return answer.ok ? succeeded(undefined) : answer;
  }

  return { ready };
}

/** Nobody needs to know more of a tag than that it exists. */
function describe(): string {
  return '1';
}

function refused(tag: string): Failure {
  const message = `A tag of ${String(countCharacters(tag))} characters was asked for; Mautic takes 1 to ${String(MAX_LENGTH)}. Change the tag templates.`;
  return { kind: 'park', code: 'tag-length', message };
}
