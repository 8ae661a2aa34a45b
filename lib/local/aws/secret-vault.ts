import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import type { SecretVersion } from './secret-versions.ts';

export type Secret = {
  readonly arn: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly versions: readonly SecretVersion[];
};

/** All secrets by name, kept in one file when there is one. */
export interface Vault {
  find(idOrArn: string): Secret | undefined;
  put(secret: Secret): void;
}

const StoredSecrets = v.array(
  v.object({
    arn: v.string(),
    name: v.string(),
    description: v.string(),
    createdAt: v.number(),
    changedAt: v.number(),
    versions: v.array(
      v.object({
        id: v.string(),
        createdAt: v.number(),
        value: v.object({
          SecretString: v.exactOptional(v.string()),
          SecretBinary: v.exactOptional(v.string()),
        }),
        stages: v.array(v.string()),
      }),
    ),
  }),
);

/** Opens the vault in `file`, which only its owner may read, or in memory. */
export function openVault(file?: string): Vault {
  const secrets = new Map(file && existsSync(file) ? read(file) : []);
  return {
    find: (idOrArn) => secrets.get(idOrArn) ?? [...secrets.values()].find(({ arn }) => matches(arn, idOrArn)),
    put: (secret) => {
      // The file first: what could not be stored must not be answered as if it were.
      if (file) write(file, [...new Map(secrets).set(secret.name, secret).values()]);
      secrets.set(secret.name, secret);
    },
  };
}

/** An ARN ends in six random characters, which a caller may leave out. */
export function createArn(name: string): string {
  return `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-${randomBytes(3).toString('hex')}`;
}

function matches(arn: string, wanted: string): boolean {
  return arn === wanted || (wanted.startsWith('arn:') && arn.slice(0, -7) === wanted);
}

function read(file: string): [string, Secret][] {
  const secrets = v.parse(StoredSecrets, JSON.parse(readFileSync(file, 'utf8')));
  return secrets.map((secret) => [secret.name, secret]);
}

/** Whoever dies while writing leaves the old file whole. */
function write(file: string, secrets: readonly Secret[]): void {
  const draft = `${file}.draft`;
  const descriptor = openSync(draft, 'w', 0o600);
  try {
    writeFileSync(descriptor, JSON.stringify(secrets));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, file);
}
