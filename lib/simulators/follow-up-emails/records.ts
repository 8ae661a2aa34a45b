/** Dates are texts of the site's own clock, `YYYY-MM-DD HH:MM:SS`, as the plugin stores them. */
export interface FueEmail {
  readonly id: number;
  readonly createdAt: string;
  type: string;
  template: string;
  name: string;
  subject: string;
  message: string;
  status: string;
  trigger: string;
  interval: string;
  duration: string;
  alwaysSend: string;
  productId: string;
  categoryId: string;
  campaigns: readonly string[];
  requirements: readonly object[];
  /** "Remove on status change". */
  removeOnStatusChange: boolean;
}

export interface FueItem {
  readonly id: number;
  userId: string;
  userEmail: string;
  orderId: string;
  productId: string;
  emailId: string;
  /** When it is to be sent. */
  sendOn: string;
  isCart: boolean;
  isSent: boolean;
  /** `undefined` is the year -1. */
  dateSent: string | undefined;
  emailTrigger: string;
  /** 1 active, 0 held; others are stored as well. */
  status: number;
  meta: Readonly<Record<string, unknown>>;
  notes: readonly { readonly date: string; readonly message: string }[];
  /** An action of the scheduler waits for it. */
  scheduled: boolean;
}

export interface FueSubscriber {
  readonly id: number;
  email: string;
  firstName: string;
  lastName: string;
  readonly dateAdded: string;
  lists: readonly number[];
}

interface FueList {
  readonly id: number;
  readonly name: string;
  readonly access: '0' | '1';
}

interface FueOptOut {
  readonly email: string;
  readonly emailName: string;
  /** "0": of everything. */
  readonly orderId: string;
  readonly dateAdded: string;
}

/** An e-mail that left the shop. */
interface FueSent {
  readonly itemId: number;
  readonly emailId: string;
  readonly to: string;
  /** Epoch ms. */
  readonly at: number;
}

/** What the plugin's tables hold. */
export interface FueRecords {
  readonly emails: Map<number, FueEmail>;
  readonly items: Map<number, FueItem>;
  readonly subscribers: Map<number, FueSubscriber>;
  readonly lists: Map<number, FueList>;
  readonly campaigns: Map<string, string>;
  readonly optOuts: FueOptOut[];
  readonly sent: FueSent[];
  readonly nextId: (of: 'post' | 'item' | 'subscriber' | 'list') => number;
  /** The site's clock: `YYYY-MM-DD HH:MM:SS`. */
  readonly local: () => string;
  /** A stored time of the site's clock as an instant, epoch ms. */
  readonly instant: (local: string) => number;
  /** Epoch ms, whole seconds. */
  readonly now: () => number;
}
