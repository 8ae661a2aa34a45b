import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalEnvironment, provideEnvironment } from '../../environment.ts';
import { awsEnvironment } from '../aws/connection.ts';
import { startEmulators } from '../aws/emulators.ts';
import { createResources } from '../aws/resources.ts';

/**
 * Opens the data that a stopped `npm start` left behind, for commands in this process; answers what closes it again.
 * @throws Error when there is none, or the bridge is running.
 */
export async function openStopped({ BRIDGE_DATA_DIR }: LocalEnvironment): Promise<() => Promise<void>> {
  const dataDir = join(BRIDGE_DATA_DIR, 'aws');
  if (!existsSync(dataDir))
    throw new Error(`There is no data in ${BRIDGE_DATA_DIR}: npm start was not run here.`);
  const emulators = await startEmulators({ dataDir }).catch((cause: unknown) => {
    throw new Error('The data cannot be opened: stop the bridge first (npm start).', { cause });
  });
  const resources = await createResources(emulators.endpoints);
  provideEnvironment({
    ...awsEnvironment(emulators.endpoints),
    TABLE_NAME: resources.tableName,
    CONTACTS_QUEUE_URL: resources.contactsQueueUrl,
    DELIVERIES_DEAD_LETTERS_URL: resources.deliveriesDeadLettersQueueUrl,
    CONTACTS_DEAD_LETTERS_URL: resources.contactsDeadLettersQueueUrl,
    BODIES_BUCKET: resources.bodiesBucket,
  });
  return () => emulators.close();
}
