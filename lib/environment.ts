import * as v from 'valibot';
import { PRODUCTION } from './core/policy/configuration/production.ts';
import { Store } from './core/policy/configuration/store.ts';

/**
 * The only seam between the stack and the functions: what each function reads from its environment, as a
 * schema. The stack (and the local gateway) must provide exactly these variables, the functions read no others.
 */

/** Names inside the one table; the ledger, the stack and the local emulator agree on them here. */
export const TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Items that hold this (epoch seconds) are deleted then. */
  expires: 'expiresAt',
  /** Sparse index over contacts that are behind or due: `work` is `live` or `later`, `due` epoch milliseconds. */
  workIndex: { name: 'work', partitionKey: 'work', sortKey: 'due', attributes: ['attempts'] },
} as const;

/**
 * How long each function may run, in seconds. The stack says it to Lambda and hides messages accordingly, the local
 * gateway keeps to it: what a function reserves of its time must be there on a laptop, too.
 */
export const LONGEST_RUN = {
  // API Gateway waits for 30 s; the tries of ingest's own calls end before this, so that it can say what failed.
  ingest: 29,
  record: 60,
  // A wait for a dead creator (61 s), a request (60 s) and the last 20 s must fit.
  sync: 180,
  sweep: 60,
  // Of these 120 are kept for the stores when contacts are marked for another policy.
  reconcile: 300,
  // Who dies keeps the lease for as long.
  backfill: 300,
  'renew-token': 60,
} as const;

/** The functions by their names in metrics, logs and `functions/`. */
export type FunctionName = keyof typeof LONGEST_RUN;

/** What each queue takes and keeps, and how it feeds its function; the stack and the local emulator agree on it here. */
export const QUEUES = {
  /** Of a message, its attributes included. */
  largestBytes: 1024 * 1024,
  keptDays: 14,
  /** Given up to the dead-letter queue after this many receives. */
  deliveries: { batchSize: 100, maxReceives: 8 },
  contacts: { batchSize: 10, maxReceives: 10 },
} as const;
/** What its second schedule hands to `reconcile`: read again what differs, and nothing else. */
export const REREAD = { only: 'reread' } as const;

/** Namespace of the metrics where the stack gave none: on a laptop. */
export const METRICS_NAMESPACE = 'mautic-commerce-bridge';

/** Where this function's metrics go: the stack gives each stage a namespace of its own. */
export function metricsNamespace(): string {
  return process.env.POWERTOOLS_METRICS_NAMESPACE ?? METRICS_NAMESPACE;
}

/**
 * How long (ms) a call of AWS may take, from connecting to the last byte: `usual`, unless the environment says otherwise.
 * It does on a laptop, where what stands in for AWS shares one processor with everything else and is slow, never away.
 */
export function awsTimeoutMs(usual: number): number {
  const said = process.env.AWS_CALL_TIMEOUT_MS;
  return said === undefined ? usual : Number(said);
}

/** What the stack puts into a secret that nobody has filled in yet begins with this; it is no value. */
export const NOT_CONFIGURED = 'not-configured';

export const text = v.pipe(v.string(), v.nonEmpty('must not be empty'));

const stores = v.pipe(text, v.transform(unpacked), v.parseJson(), v.array(Store));

/** Lambda takes 4 KB of variables in all; what stands beside the stores takes less than the rest. */
const MOST_STORES = 3000;

/**
 * The variable STORES: JSON, or, where that would be too long, JSON packed (raw DEFLATE in base64), which holds about
 * 150 stores. A list that fits is never packed, so that a deployment never changes under functions that are running.
 * @throws Error that names the limit when even that is too long.
 */
export function storesVariable(list: readonly Store[]): string {
  const plain = JSON.stringify(list);
  if (plain.length <= MOST_STORES) return plain;
  const packed = zlib().deflateRawSync(plain, { level: 9 }).toString('base64');
  if (packed.length <= MOST_STORES) return packed;
  throw new Error(
    `The ${String(list.length)} stores of bridge.config.ts take ${String(packed.length)} characters, packed, and ${String(MOST_STORES)} fit into what Lambda gives a function (4 KB of variables in all). Put some of them into a bridge of their own, or shorten their ids.`,
  );
}

/** Base64 begins with neither bracket; what cannot be unpacked is left to complain as JSON. */
function unpacked(variable: string): string {
  if (/^\s*[[{]/.test(variable)) return variable;
  try {
    return zlib().inflateRawSync(Buffer.from(variable, 'base64')).toString();
  } catch {
    return variable;
  }
}

/** Loaded by whoever has that many stores: it would be a part of every start of `ingest`. */
function zlib(): typeof import('node:zlib') {
  return process.getBuiltinModule('node:zlib');
}

export const IngestEnvironment = v.object({
  STORES: stores,
  STORE_SECRETS_ID: text,
  DELIVERIES_QUEUE_URL: text,
  BODIES_BUCKET: text,
  /** Set on a laptop only; the SDK's other clients read theirs themselves. */
  AWS_ENDPOINT_URL_S3: v.optional(v.pipe(text, v.url('must be a URL'))),
});

/** Whose part of the configuration a function has; the file is in its bundle, with all stages. */
export const stage = v.optional(text, PRODUCTION);

export const RecordEnvironment = v.object({
  BRIDGE_STAGE: stage,
  STORES: stores,
  TABLE_NAME: text,
  /** Its own: where failed deliveries are brought back. */
  DELIVERIES_QUEUE_URL: text,
  CONTACTS_QUEUE_URL: text,
  BODIES_BUCKET: text,
});

const mautic = {
  MAUTIC_BASE_URL: v.pipe(text, v.url('must be a URL')),
  MAUTIC_SECRET_ID: text,
  MAUTIC_TOKEN_SECRET_ID: text,
  TABLE_NAME: text,
};

export const SyncEnvironment = v.object({
  BRIDGE_STAGE: stage,
  STORES: stores,
  ...mautic,
  /** Its own: where failed rings are brought back. */
  CONTACTS_QUEUE_URL: text,
  /** Only where the policy has something done in the stores themselves. */
  STORE_KEYS_ID: v.optional(text),
});
export type SyncEnvironment = v.InferOutput<typeof SyncEnvironment>;

export const SweepEnvironment = v.object({ TABLE_NAME: text, CONTACTS_QUEUE_URL: text });

export const ReconcileEnvironment = v.object({
  BRIDGE_STAGE: stage,
  STORES: stores,
  STORE_SECRETS_ID: text,
  STORE_KEYS_ID: text,
  TABLE_NAME: text,
  CONTACTS_QUEUE_URL: text,
  /** Where the stores' webhooks go, without `/webhooks/<store>`; absent on a laptop, which no store reaches by itself. */
  WEBHOOK_BASE_URL: v.optional(v.pipe(text, v.url('must be a URL'))),
});
export type ReconcileEnvironment = v.InferOutput<typeof ReconcileEnvironment>;

export const BackfillEnvironment = v.object({
  BRIDGE_STAGE: stage,
  STORES: stores,
  STORE_SECRETS_ID: text,
  STORE_KEYS_ID: text,
  TABLE_NAME: text,
});

export const RenewTokenEnvironment = v.object(mautic);

/**
 * Where the configuration lies that somebody keeps outside the checkout, as the shell says it (BRIDGE_CONFIG): a path,
 * from the folder of whoever runs the command; `undefined`: it is the checkout's own bridge.config.ts.
 */
export function configurationPath(): string | undefined {
  const path = process.env.BRIDGE_CONFIG;
  return path === undefined || path === '' ? undefined : path;
}

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

/** What a command needs that asks the stores. */
export const StoreEnvironment = v.object({ STORE_SECRETS_ID: text, STORE_KEYS_ID: text });

/** What `setup` may be given instead of asking; secrets are never typed as flags, which a shell remembers. */
export const SetupEnvironment = v.object({
  WEBHOOK_SECRET: v.optional(text),
  STORE_CONSUMER_KEY: v.optional(text),
  STORE_CONSUMER_SECRET: v.optional(text),
  MAUTIC_CLIENT_ID: v.optional(text),
  MAUTIC_CLIENT_SECRET: v.optional(text),
  MAUTIC_USERNAME: v.optional(text),
  MAUTIC_PASSWORD: v.optional(text),
});
export type SetupEnvironment = v.InferOutput<typeof SetupEnvironment>;

/** All that a command may need of a bridge; the output CommandVariables of the stack has it. */
export const CommandEnvironment = v.object({
  ...ReplayEnvironment.entries,
  DELIVERIES_QUEUE_URL: v.pipe(text, v.url('must be a URL')),
  MAUTIC_SECRET_ID: text,
  MAUTIC_TOKEN_SECRET_ID: text,
  ...StoreEnvironment.entries,
  /** Where the stores' webhooks go, without `/webhooks/<store>`. */
  WEBHOOK_BASE_URL: v.optional(v.pipe(text, v.url('must be a URL'))),
  /** Absent on a laptop, where nobody is called. */
  ALARM_TOPIC_ARN: v.optional(text),
});

/** The region that the shell names, if it names one. */
export function regionOfShell(): string | undefined {
  return process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined;
}

/** Where CloudWatch Logs is, if not where it always is; as the SDK's own clients are told. */
export function logsEndpoint(): string | undefined {
  return process.env.AWS_ENDPOINT_URL_CLOUDWATCH_LOGS ?? process.env.AWS_ENDPOINT_URL;
}

/** Whether the shell itself says where the parts of a bridge lie. */
export function saysWhereThingsLie(): boolean {
  return process.env.TABLE_NAME !== undefined;
}

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

/** Sets variables for functions that are loaded into this process afterwards, as Lambda does before it starts one. */
export function provideEnvironment(variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, variables);
}
