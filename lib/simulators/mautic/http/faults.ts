import { setTimeout as pause } from 'node:timers/promises';

/** What can go wrong with one request. */
export const FAULT_KINDS = [
  /** The opaque 500; nothing is saved. */
  'status-500',
  /** nginx's HTML page; nothing is saved. */
  'html-502',
  'html-503',
  /** Over the hourly quota. */
  'rate-limit-429',
  /** The connection breaks; nothing is saved. */
  'reset-before',
  /** The write is saved, then the connection breaks. */
  'commit-then-reset',
  /** The write is saved, then the opaque 500. */
  'commit-then-500',
  /** The write is saved, and no answer ever comes. */
  'timeout',
  /** A firewall's or proxy's HTML page; nothing is saved. */
  'html-403',
  'html-413',
  /** A proxy's HTML page that says 200; nothing is saved. */
  'html-200',
  /** The same, after the write was saved. */
  'commit-then-html-200',
  /** The write is saved and answered with its own status; PHP's words stand before the JSON. */
  'php-warning',
  /** The write is saved and answered with its own status, without a body. */
  'empty',
  /** The write is saved and answered with its own status; the second half of the body is missing. */
  'cut-off',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** Which requests a fault strikes, and how many of them. */
export type FaultRule = {
  /** `body` is the text as it was sent. */
  readonly match: (method: string, path: string, body: string) => boolean;
  /** Default 1; Infinity until cleared. */
  readonly times?: number;
  readonly kind: FaultKind;
};

/** The switches of a running simulator; change them at any time. */
export type Faults = {
  /** Milliseconds before a request is looked at. */
  latency: (method: string, path: string) => number;
  /** Milliseconds between the duplicate check and the insert of a new contact; two at once then make two rows. */
  raceWindowMs: number;
  /** Calls an hour, per token and for all Basic users together; undefined: no limit. Ignored from version 7. */
  rateLimitPerHour: number | undefined;
  apiEnabled: boolean;
  basicEnabled: boolean;
  /** An administrator deleted the OAuth2 clients: their tokens and secrets are refused until they are back. */
  areClientsGone: boolean;
  /** The reason the mail transport fails with; undefined: it works. */
  mailFailure: string | undefined;
  /** A firewall: a body that contains this text, in any case, is answered 403 by its HTML page; nothing is saved. */
  firewallText: string | undefined;
  /** A longer body is answered 413 by the proxy's HTML page; nothing is saved. */
  maxBodyBytes: number | undefined;
  /** The database takes no column for these aliases (64 indexes, row size): an opaque 500, and no field is left. */
  cannotMakeField: (alias: string) => boolean;
  /** The next `writers` that would wait for the window wait for one another instead, once: a race without a clock. */
  readonly raceNext: (writers: number) => void;
  /** Adds a rule; rules are tried in the order they were added. */
  readonly add: (rule: FaultRule) => void;
  /** The next `times` requests, whatever they are, fail this way. */
  readonly failNext: (kind: FaultKind, times?: number) => void;
  /** Forgets all rules; the switches stay. */
  readonly clear: () => void;
  /** Expires all tokens of this use now. */
  readonly expireTokens: (use?: 'access' | 'refresh') => void;
};

/** The switches a simulator can be started with, and rules it starts with. */
export type InitialFaults = Partial<Omit<Faults, 'add' | 'failNext' | 'clear' | 'expireTokens'>> & {
  readonly rules?: readonly FaultRule[];
};

type LiveRule = FaultRule & { left: number };

/** What a rule is asked about: a request, its body as text. */
type Struck = { readonly method: string; readonly path: string; readonly text: string };

/** Writers that wait until the last of them is there. */
type Meeting = { missing: number; readonly begun: Promise<void>; readonly begin: () => void };

/** The switches; `strike`, which takes the fault that hits a request, if any; and what a writer waits for in a race. */
export function makeFaults(expireTokens: Faults['expireTokens'], initial: InitialFaults = {}) {
  const { rules: initialRules = [], ...switches } = initial;
  let rules: LiveRule[] = [];
  let meeting: Meeting | undefined;
  function add(rule: FaultRule): void {
    rules.push({ ...rule, left: rule.times ?? 1 });
  }
  function strike({ method, path, text }: Struck): FaultKind | undefined {
    const rule = rules.find((one) => one.match(method, path, text));
    if (rule === undefined) return undefined;
    rule.left -= 1;
    if (rule.left <= 0) rules = rules.filter((one) => one !== rule);
    return rule.kind;
  }
  function race(): Promise<void> | undefined {
    if (meeting === undefined) return faults.raceWindowMs > 0 ? pause(faults.raceWindowMs) : undefined;
    const { begun, begin } = meeting;
    meeting.missing -= 1;
    if (meeting.missing === 0) {
      meeting = undefined;
      begin();
    }
    return begun;
  }
  const faults: Faults = {
    latency: () => 0,
    raceWindowMs: 0,
    rateLimitPerHour: undefined,
    apiEnabled: true,
    basicEnabled: true,
    areClientsGone: false,
    mailFailure: undefined,
    firewallText: undefined,
    maxBodyBytes: undefined,
    cannotMakeField: () => false,
    raceNext: (missing) => {
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      meeting = { missing, begun, begin };
    },
    add,
    failNext: (kind, times = 1) => add({ match: () => true, kind, times }),
    clear: () => {
      rules = [];
    },
    expireTokens,
    ...switches,
  };
  for (const rule of initialRules) add(rule);
  return { faults, strike, race };
}
