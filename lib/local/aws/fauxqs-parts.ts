import { findPackageJSON } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { BuildAppOptions } from 'fauxqs';

export type Stores = NonNullable<BuildAppOptions['stores']>;
export type SqsStore = Stores['sqsStore'];
export type Queue = ReturnType<SqsStore['createQueue']>;
export type Persistence = NonNullable<SqsStore['persistence']>;

export type Internals = {
  readonly SqsStore: new () => SqsStore;
  readonly SnsStore: new () => Stores['snsStore'];
  readonly S3Store: new () => Stores['s3Store'];
  readonly PersistenceManager: new (directory: string) => Persistence;
  readonly INVALID_MESSAGE_BODY_CHAR: RegExp;
};

/**
 * Only `startFauxqs` of the package knows how to persist, and it listens on every address of the machine.
 * What it is made of is not exported, so it is loaded by file.
 */
export async function loadInternals(): Promise<Internals> {
  const manifest = findPackageJSON('fauxqs', import.meta.url);
  if (!manifest) throw new Error('The package fauxqs is not installed; run npm ci.');
  const files = ['sqs/sqsStore', 'sns/snsStore', 's3/s3Store', 'persistence', 'sqs/sqsTypes'];
  const addresses = files.map((file) => new URL(`dist/${file}.js`, pathToFileURL(manifest)).href);
  return Object.assign({}, ...(await Promise.all(addresses.map((address) => import(address)))));
}
