import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmulatorsApart } from '../../../lib/local/aws/emulators-apart.ts';
import { createResources } from '../../../lib/local/aws/resources.ts';
import { connect } from './connect.ts';
import { temporaryDirectory } from './emulated.ts';

describe('emulators in a thread of their own', () => {
  it('keep what they were given when they are closed and started again', async () => {
    const dataDir = await temporaryDirectory();
    const first = await startEmulatorsApart({ dataDir });
    await createResources(first.endpoints);
    await connect(first.endpoints).secrets.send(
      new CreateSecretCommand({ Name: 'kept', SecretString: 'until then' }),
    );
    await first.close();

    const second = await apart(dataDir);

    const { secrets, sqs } = connect(second.endpoints);
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: 'kept' }));
    expect(SecretString).toBe('until then');
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'deliveries' }));
    expect(QueueUrl).toContain(new URL(second.endpoints.sqs).host);
  });

  it('say why they cannot start, and end', async () => {
    const dataDir = await temporaryDirectory();
    await apart(dataDir);

    await expect(startEmulatorsApart({ dataDir })).rejects.toThrow(/Is another instance running/);
  });

  it('are closed once, however often they are told to', async () => {
    const emulators = await apart(await temporaryDirectory());

    await Promise.all([emulators.close(), emulators.close()]);
    await emulators.close();

    await expect(fetch(emulators.endpoints.sqs)).rejects.toThrow('fetch failed');
  });
});

async function apart(dataDir: string) {
  const emulators = await startEmulatorsApart({ dataDir });
  onTestFinished(() => emulators.close());
  return emulators;
}
