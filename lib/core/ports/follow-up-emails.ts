import type { Outcome } from '../ledger/failure.ts';
import type { OldEmail, OldItem, OldList, OldSubscriber } from '../takeover/old-follow-ups.ts';

interface OldPage<Item> {
  readonly items: readonly Item[];
  /** No page follows. */
  readonly last: boolean;
}

/** What a takeover asks of Follow-Up Emails. Calls never throw. */
export interface OldFollowUps {
  emails(question: { readonly page: number }): Promise<Outcome<OldPage<OldEmail>>>;
  changeEmail(id: string, change: { readonly status: 'archived' }): Promise<Outcome<unknown>>;
  queue(question: {
    readonly page: number;
    readonly emailId?: string;
    readonly isSent?: boolean;
    readonly held?: boolean;
  }): Promise<Outcome<OldPage<OldItem>>>;
  /** `undefined`: there is none. */
  queueItem(id: string): Promise<Outcome<OldItem | undefined>>;
  changeQueueItem(id: string, change: { readonly held: true }): Promise<Outcome<unknown>>;
  lists(): Promise<Outcome<readonly OldList[]>>;
  subscribers(question: { readonly page: number }): Promise<Outcome<OldPage<OldSubscriber>>>;
  /** Also where there is none any more. */
  deleteQueueItem(id: string): Promise<Outcome<void>>;
}
