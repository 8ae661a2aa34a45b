import type { Ring } from '../../core/contact/contact.ts';
import type { Delivery } from '../../core/ledger/delivery.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { Selection } from '../../core/ledger/selection.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Survey } from '../../core/ports/ledger.ts';
import type { DeadLetters } from '../../core/ports/queues.ts';
import type { RecordParts } from '../record/parts.ts';
import type { Tally } from '../tally.ts';

export interface ReplayParts extends RecordParts {
  readonly survey: Survey;
  readonly deadDeliveries: DeadLetters<Delivery>;
  readonly deadRings: DeadLetters<Ring>;
  readonly policy: Policy;
  /** Hears of everything that is selected. */
  readonly report: (line: ReplayLine) => void;
}

export interface ReplayOptions {
  /** Change nothing, only say what would happen. */
  readonly dryRun?: boolean;
  /** Send e-mails again of which nobody can tell whether they were sent: somebody may get one twice. */
  readonly resend?: boolean;
}

/** One thing that was selected: no address, no data of an order. */
export interface ReplayLine {
  readonly kind: 'contact' | 'effect' | 'delivery' | 'ring' | 'order' | 'reason';
  /** A contact's key, an order with its effect, a delivery, or a reason of what is parked. */
  readonly what: string;
  /** How it stands. */
  readonly why: string;
  /** What becomes of it; goes on after "it will". */
  readonly outcome: string;
  /** Something is done about it. */
  readonly acts: boolean;
  /** It was named, and there is no such thing. */
  readonly unknown?: true;
}

/** One replay under way. */
export interface Run {
  readonly parts: ReplayParts;
  readonly selection: Selection;
  readonly dryRun: boolean;
  readonly resend: boolean;
  /** Somebody named what is wanted: it goes before other work. */
  readonly direct: boolean;
  /** Contacts that were dealt with. */
  readonly contacts: Set<ContactKey>;
  /** For what reasons anything is parked, and how much of it, as far as it was looked through. */
  readonly reasons: Tally;
}
