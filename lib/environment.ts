import * as v from 'valibot';
import { Store } from './core/policy/policy.ts';

/**
 * The only seam between the stack and the functions: what each function reads from its environment, as a
 * schema. The stack (and the local gateway) must provide exactly these variables, the functions read no others.
 */

/** Names inside the one table; the ledger, the stack and the local emulator agree on them here. */
export const TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Sparse index over contacts that are behind or due: `work` is `live` or `later`, `due` epoch milliseconds. */
  workIndex: { name: 'work', partitionKey: 'work', sortKey: 'due', attributes: ['attempts'] },
} as const;

/** What its second schedule hands to `reconcile`: read again what differs, and nothing else. */
export const REREAD = { only: 'reread' } as const;

/** Namespace of the metrics where the stack gave none: on a laptop. */
export const METRICS_NAMESPACE = 'mautic-commerce-bridge';

/** Where this function's metrics go: the stack gives each stage a namespace of its own. */
export function metricsNamespace(): string {
  return process.env.POWERTOOLS_METRICS_NAMESPACE ?? METRICS_NAMESPACE;
}

/** What the stack puts into a secret that nobody has filled in yet begins with this; it is no value. */
export const NOT_CONFIGURED = 'not-configured';

const text = v.pipe(v.string(), v.nonEmpty('must not be empty'));

const stores = v.pipe(text, v.parseJson(), v.array(Store));

export const IngestEnvironment = v.object({
  STORES: stores,
  STORE_SECRETS_ID: text,
  DELIVERIES_QUEUE_URL: text,
  BODIES_BUCKET: text,
  /** Set on a laptop only; the SDK's other clients read theirs themselves. */
  AWS_ENDPOINT_URL_S3: v.optional(v.pipe(text, v.url('must be a URL'))),
});

export const RecordEnvironment = v.object({
  STORES: stores,
  TABLE_NAME: text,
  CONTACTS_QUEUE_URL: text,
  BODIES_BUCKET: text,
});

const mautic = {
  MAUTIC_BASE_URL: v.pipe(text, v.url('must be a URL')),
  MAUTIC_SECRET_ID: text,
  MAUTIC_TOKEN_SECRET_ID: text,
  TABLE_NAME: text,
};

export const SyncEnvironment = v.object({ STORES: stores, ...mautic });

export const SweepEnvironment = v.object({ TABLE_NAME: text, CONTACTS_QUEUE_URL: text });

export const ReconcileEnvironment = v.object({
  STORES: stores,
  STORE_SECRETS_ID: text,
  TABLE_NAME: text,
  CONTACTS_QUEUE_URL: text,
  /** Where the stores' webhooks go, without `/webhooks/<store>`; absent on a laptop, which no store reaches by itself. */
  WEBHOOK_BASE_URL: v.optional(v.pipe(text, v.url('must be a URL'))),
});

export const RenewTokenEnvironment = v.object(mautic);

/** What `replay` and `status` need from the shell of whoever runs them: where things lie. */
export const ReplayEnvironment = v.object({
  TABLE_NAME: text,
  CONTACTS_QUEUE_URL: v.pipe(text, v.url('must be a URL')),
  DELIVERIES_DEAD_LETTERS_URL: v.pipe(text, v.url('must be a URL')),
  CONTACTS_DEAD_LETTERS_URL: v.pipe(text, v.url('must be a URL')),
  BODIES_BUCKET: text,
});

/** What `authorise` needs; Mautic's address is that of the configuration unless it is given. */
export const AuthoriseEnvironment = v.object({
  ...mautic,
  MAUTIC_BASE_URL: v.optional(v.pipe(text, v.url('must be a URL'))),
});

/**
 * Reads the variables one function needs.
 * @throws Error that lists every missing or malformed variable by name; values are never printed.
 */
export function readEnvironment<Schema extends v.GenericSchema>(schema: Schema): v.InferOutput<Schema> {
  const result = v.safeParse(schema, process.env);
  if (result.success) return result.output;
  const problems = result.issues.map(
    (issue) => `${v.getDotPath(issue) ?? 'environment'}: ${problemOf(issue)}`,
  );
  throw new Error(`These environment variables are not right: ${[...new Set(problems)].join('; ')}`);
}

/** Our own messages, which name no value; valibot's do. */
function problemOf({ type, message, received }: v.BaseIssue<unknown>): string {
  if (received === 'undefined') return 'is missing';
  if (type === 'parse_json') return 'must be JSON';
  return message.startsWith('must ') ? message : 'is malformed';
}

const port = v.pipe(v.string(), v.regex(/^\d{1,5}$/, 'must be a port number'), v.transform(Number));

/** What `npm start` and `npm run mautic` read from the shell; everything has a default. */
export const LocalEnvironment = v.object({
  PORT: v.optional(port, '3000'),
  MAUTIC_PORT: v.optional(port, '3001'),
  BRIDGE_DATA_DIR: v.optional(text, '.bridge'),
  MAUTIC_BASE_URL: v.optional(v.pipe(text, v.url('must be a URL'))),
  MAUTIC_CLIENT_ID: v.optional(text),
  MAUTIC_CLIENT_SECRET: v.optional(text),
  MAUTIC_USERNAME: v.optional(text),
  MAUTIC_PASSWORD: v.optional(text),
  WEBHOOK_SECRET: v.optional(text, 'local-development-secret'),
  STORE_URL: v.optional(v.pipe(text, v.url('must be a URL'))),
  STORE_CONSUMER_KEY: v.optional(text),
  STORE_CONSUMER_SECRET: v.optional(text),
  LOG_LEVEL: v.optional(
    v.picklist(['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'], 'must be DEBUG, INFO, WARN, ERROR or SILENT'),
    'WARN',
  ),
});
export type LocalEnvironment = v.InferOutput<typeof LocalEnvironment>;

/** Sets variables for functions that are loaded into this process afterwards, as Lambda does before it starts one. */
export function provideEnvironment(variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, variables);
}
