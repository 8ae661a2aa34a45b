/** What a shop has in Follow-Up Emails, as far as it can be taken over. */
export interface OldEmail {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly subject: string;
  readonly message: string;
  readonly status: string;
  readonly trigger: string;
  readonly interval: number | undefined;
  /** `minutes` to `years`, or `date`. */
  readonly duration: string;
  readonly productId: string | undefined;
  readonly categoryId: string | undefined;
  readonly campaigns: readonly string[];
  readonly requirements: readonly OldRequirement[];
}

export interface OldRequirement {
  readonly condition: string;
  /** Amounts, numbers or ids. */
  readonly values: readonly string[];
}

/** An item of its queue. */
export interface OldItem {
  readonly id: string;
  readonly userEmail: string;
  readonly orderId: string | undefined;
  readonly emailId: string | undefined;
  /** By the clock of the shop, `YYYY-MM-DDTHH:MM:SS`. */
  readonly scheduledLocal: string | undefined;
  readonly isSent: boolean;
  /** Epoch ms; of a sent one. */
  readonly sentAt: number | undefined;
  readonly isDailySummary: boolean;
}

/** A list of its newsletter. */
export interface OldList {
  readonly name: string;
  /** Anybody may join it. */
  readonly isPublic: boolean;
}

/** Somebody on lists, by their names. */
export interface OldSubscriber {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly lists: readonly string[];
}
