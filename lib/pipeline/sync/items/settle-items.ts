import { type DueItem, MOST_ITEMS } from '../../../core/contact/items/items-plan.ts';
import { failed } from '../../../core/ledger/failure.ts';
import { MISSING_ANSWER } from '../pace/send.ts';
import type { Ending, WorkParts } from '../parts.ts';
import { Knowledge } from './knowledge.ts';
import { type ItemsDraft, type ItemsTarget, ItemsWorker, SAME_SECOND_MS, type Standing } from './worker.ts';
import { type Writing, writeItems, writersOfOthers } from './write-items.ts';

/** How it ended for the contacts that have items. */
export interface ItemsEnd {
  /** When the items of a contact go on, epoch ms, or why the contact itself must be looked at again. */
  of(draft: ItemsDraft): { readonly itemsDue?: number; readonly lost?: Ending };
  /** What the ledger failed. */
  readonly errors: ReadonlyMap<ItemsDraft, unknown>;
  /** Goes on with those of these contacts, in step by now, that have more items than were taken. */
  goOn(drafts: readonly ItemsDraft[]): Promise<void>;
}

const NOTHING: ItemsEnd = { of: () => ({}), errors: new Map(), goOn: async () => {} };
/** How long one invocation goes on with contacts that have many items. */
const PATIENCE_MS = 120_000;

/**
 * Brings the custom items of contacts to what the ledger says, once the contacts themselves are in step: the newest
 * orders first, at most fifty items a call and, here, a contact. Whoever has more is not through.
 */
export async function settleItems(
  parts: WorkParts,
  targets: readonly ItemsTarget[],
  goesOn: () => boolean,
): Promise<ItemsEnd> {
  if (parts.policy.customObjects === undefined || targets.length === 0) return NOTHING;
  const knowledge = await Knowledge.read(parts);
  if (knowledge.hasNoPlugin) return NOTHING;
  const run = new ItemsRun(parts, knowledge, goesOn);
  await Promise.all(targets.map((target) => run.add(target)));
  await run.work('once');
  return run;
}

interface Turn extends Writing {
  /** Each failed alone before. */
  readonly alone: boolean;
  readonly more: boolean;
}

class ItemsRun implements ItemsEnd {
  readonly errors = new Map<ItemsDraft, unknown>();
  readonly #parts: WorkParts;
  readonly #knowledge: Knowledge;
  readonly #workers: ItemsWorker[] = [];
  #goesOn: () => boolean;

  constructor(parts: WorkParts, knowledge: Knowledge, goesOn: () => boolean) {
    this.#parts = parts;
    this.#knowledge = knowledge;
    this.#goesOn = goesOn;
  }

  /** Reads the rows of a contact. */
  add(target: ItemsTarget): Promise<void> {
    return this.#guard(target.draft, async () => {
      const rows = await this.#parts.contacts.items(target.draft.lane.ring.contact);
      this.#workers.push(new ItemsWorker(this.#parts, this.#knowledge, { target, rows }));
    });
  }

  /** `once`: until each contact's fifty newest are written; `all`: until nothing differs. */
  async work(howFar: 'once' | 'all'): Promise<void> {
    for (let turns = this.#turns(); turns.length > 0; turns = this.#turns()) {
      if (!this.#goesOn()) return leave(turns);
      await this.#take(turns);
      if (howFar === 'once') leave(turns.filter(({ worker, more }) => more && worker.failures === 0));
    }
  }

  of(draft: ItemsDraft): { readonly itemsDue?: number; readonly lost?: Ending } {
    const standing = this.#workers.find(({ target }) => target.draft === draft)?.standing;
    if (standing?.at === 'lost') return { lost: { end: 'failed', failure: standing.failure } };
    return standing?.at === 'later' ? { itemsDue: standing.due } : {};
  }

  async goOn(drafts: readonly ItemsDraft[]): Promise<void> {
    const left = this.#workers.filter(
      ({ target, standing }) => drafts.includes(target.draft) && isOpen(standing),
    );
    if (left.length === 0) return;
    const [until, goesOn] = [this.#parts.clock.now() + PATIENCE_MS, this.#goesOn];
    this.#goesOn = () => goesOn() && this.#parts.clock.now() < until;
    this.#workers.splice(0, this.#workers.length, ...left);
    for (const worker of left) worker.resume();
    await this.work('all');
    const through = left.filter(({ standing }) => standing.at === 'through');
    await Promise.all(through.map(({ target }) => this.#guard(target.draft, () => this.#settle(target))));
    for (const error of this.errors.values())
      this.#parts.log.error('Custom items could not be gone on with; the sweep rings again', {}, error);
  }

  /** Off the list, unless something else keeps it there. */
  async #settle({ draft }: ItemsTarget): Promise<void> {
    const { contact } = draft.lane.ring;
    const profile = await this.#parts.contacts.profile(contact);
    const waitsForItems = profile?.work === 'later' && profile.wanted === profile.synced;
    if (waitsForItems) await this.#parts.contacts.settle(contact, profile.wanted, {});
  }

  async #take(turns: readonly Turn[]): Promise<void> {
    for (const call of inCalls(turns.filter(({ alone }) => !alone))) await this.#send(call);
    for (const turn of turns.filter(({ alone }) => alone)) await this.#sendEach(turn);
    if (this.#knowledge.hasNoPlugin) this.#workers.length = 0;
    else await this.#sendAlone(turns);
  }

  #turns(): Turn[] {
    return this.#workers
      .filter(({ standing, target }) => standing.at === 'work' && !this.errors.has(target.draft))
      .flatMap((worker) => {
        const { due, unfit, ...plan } = worker.plan();
        if (unfit.length > 0) this.#tellUnfit(worker, unfit);
        return due.length === 0 ? [] : [{ ...plan, worker, items: due }];
      });
  }

  async #send(all: readonly Turn[]): Promise<void> {
    const turns = await this.#ofTheirOwn(all);
    await Promise.all(
      turns.map(({ worker, items }) => this.#guard(worker.target.draft, () => worker.claim(items))),
    );
    const ready = turns.filter(({ worker }) => !this.errors.has(worker.target.draft));
    if (ready.length === 0) return;
    const outcomes = await writeItems(this.#parts, ready);
    await Promise.all(
      ready.map((turn) =>
        this.#guard(turn.worker.target.draft, () =>
          turn.worker.judge(turn.items, outcomes.get(turn) ?? failed(MISSING_ANSWER)),
        ),
      ),
    );
  }

  /** Those whose remembered id still leads to their own address: items cannot be unlinked from anybody. */
  async #ofTheirOwn(turns: readonly Turn[]): Promise<readonly Turn[]> {
    const strangers = await writersOfOthers(this.#parts, turns);
    for (const [{ worker, items }, failure] of strangers) await worker.judge(items, failed(failure));
    return turns.filter((turn) => !strangers.has(turn));
  }

  /** Those that failed together: a moment later, and the second time one by one, so that one bad item keeps no other. */
  async #sendAlone(turns: readonly Turn[]): Promise<void> {
    const failing = turns.filter(({ worker }) => worker.standing.at === 'work' && worker.failures > 0);
    if (failing.length === 0) return;
    await this.#parts.clock.sleep(SAME_SECOND_MS);
    for (const turn of failing.filter(({ alone, worker }) => !alone && worker.failures > 1)) {
      // In an outage each of them would be answered 500, and none of them is to blame.
      if (!(await this.#parts.mautic.takesWrites()).ok) turn.worker.leaveInDoubt();
      await this.#oneByOne(turn, (item) => this.#sendOne(turn.worker, item));
    }
  }

  /** Those that failed alone before: nobody else is kept by them. */
  async #sendEach(turn: Turn): Promise<void> {
    const { worker } = turn;
    if ((await this.#ofTheirOwn([turn])).length === 0) return;
    await this.#oneByOne(turn, async (item) => {
      await worker.claim([item]);
      await this.#sendOne(worker, item);
    });
  }

  async #oneByOne({ worker, items }: Turn, send: (item: DueItem) => Promise<void>): Promise<void> {
    const { draft } = worker.target;
    for (const item of items) {
      if (worker.standing.at !== 'work' || this.errors.has(draft) || !this.#goesOn()) return;
      await this.#guard(draft, () => send(item));
    }
  }

  async #sendOne(worker: ItemsWorker, item: DueItem): Promise<void> {
    const alone = { worker, items: [item] };
    const outcome = (await writeItems(this.#parts, [alone])).get(alone);
    await worker.judgeAlone(item, outcome ?? failed(MISSING_ANSWER));
  }

  #tellUnfit({ target }: ItemsWorker, attributes: readonly string[]): void {
    this.#parts.log.warn('Custom items have values that Mautic cannot hold; they are left out', {
      contact: target.draft.lane.ring.contact,
      attributes: attributes.join(', '),
    });
  }

  /** What the ledger fails costs only its own contact. */
  async #guard(draft: ItemsDraft, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.errors.set(draft, error);
    }
  }
}

function isOpen(standing: Standing): boolean {
  return standing.at === 'later';
}

/** They go on at once, when it is their turn again. */
function leave(turns: readonly Turn[]): void {
  for (const { worker } of turns) if (worker.standing.at === 'work') worker.leave();
}

/** As many contacts a call as have fifty items together, and at least one. */
function inCalls(turns: readonly Turn[]): Turn[][] {
  const calls: Turn[][] = [];
  let room = 0;
  for (const turn of turns) {
    const last = calls.at(-1);
    if (last && turn.items.length <= room) last.push(turn);
    else {
      calls.push([turn]);
      room = MOST_ITEMS;
    }
    room -= turn.items.length;
  }
  return calls;
}
