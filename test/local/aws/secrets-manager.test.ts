import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmulators } from '../../../lib/local/aws/emulators.ts';
import { connect } from './connect.ts';
import { temporaryDirectory } from './emulated.ts';

const [V1, V2, V3] = ['1', '2', '3'].map((digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`);
const SecretId = 'mautic/token';

async function startSecrets(dataDir?: string): Promise<SecretsManagerClient> {
  const emulators = await startEmulators(dataDir ? { dataDir } : {});
  onTestFinished(() => emulators.close());
  return connect(emulators.endpoints).secrets;
}

async function startWithSecret(): Promise<SecretsManagerClient> {
  const secrets = await startSecrets();
  await secrets.send(
    new CreateSecretCommand({ Name: SecretId, SecretString: 'one', ClientRequestToken: V1 }),
  );
  return secrets;
}

async function stages(secrets: SecretsManagerClient) {
  return (await secrets.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages;
}

function put(token: string | undefined, value: string, VersionStages?: string[]) {
  const version = { SecretId, ClientRequestToken: token, SecretString: value };
  return new PutSecretValueCommand({ ...version, ...(VersionStages && { VersionStages }) });
}

describe('Secrets Manager', () => {
  it('gives the current value by name and by ARN', async () => {
    const secrets = await startWithSecret();

    const byName = await secrets.send(new GetSecretValueCommand({ SecretId }));
    const byArn = await secrets.send(new GetSecretValueCommand({ SecretId: byName.ARN }));

    expect(byName).toMatchObject({ SecretString: 'one', VersionId: V1, VersionStages: ['AWSCURRENT'] });
    expect(byArn.SecretString).toBe('one');
    expect(byName.CreatedDate).toBeInstanceOf(Date);
  });

  it('keeps binary values as they are', async () => {
    const secrets = await startSecrets();
    const SecretBinary = Uint8Array.from([0, 255, 128]);
    await secrets.send(new CreateSecretCommand({ Name: 'binary', SecretBinary }));

    const found = await secrets.send(new GetSecretValueCommand({ SecretId: 'binary' }));

    expect(found.SecretBinary).toEqual(SecretBinary);
  });

  it('makes the former current version the previous one', async () => {
    const secrets = await startWithSecret();

    await secrets.send(put(V2, 'two'));

    const VersionStage = 'AWSPREVIOUS';
    const previous = await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage }));
    expect(previous.SecretString).toBe('one');
    expect(await stages(secrets)).toEqual({ [`${V1}`]: ['AWSPREVIOUS'], [`${V2}`]: ['AWSCURRENT'] });
  });

  it('leaves the current version alone when a pending one is put', async () => {
    const secrets = await startWithSecret();

    await secrets.send(put(V2, 'two', ['AWSPENDING']));

    expect(await stages(secrets)).toEqual({ [`${V1}`]: ['AWSCURRENT'], [`${V2}`]: ['AWSPENDING'] });
  });

  it('puts the same token and value once and refuses the token with another value', async () => {
    const secrets = await startWithSecret();
    await secrets.send(put(V2, 'two'));

    const repeated = await secrets.send(put(V2, 'two'));
    const changed = secrets.send(put(V2, 'other'));

    expect(repeated.VersionId).toBe(V2);
    await expect(changed).rejects.toThrow(ResourceExistsException);
    expect((await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('two');
  });

  it('creates a secret once for the same token and refuses another creation', async () => {
    const secrets = await startWithSecret();
    const again = { Name: SecretId, SecretString: 'one' };

    const repeated = await secrets.send(new CreateSecretCommand({ ...again, ClientRequestToken: V1 }));
    const second = secrets.send(new CreateSecretCommand({ ...again, ClientRequestToken: V2 }));

    expect(repeated.VersionId).toBe(V1);
    await expect(second).rejects.toThrow(ResourceExistsException);
  });

  it('moves a label only when told who holds it, so that two movers cannot both win', async () => {
    const secrets = await startWithSecret();
    await secrets.send(put(V2, 'two', ['AWSPENDING']));
    await secrets.send(put(V3, 'three', ['OTHER']));
    const move = (to: string | undefined, from?: string) => {
      const stage = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: to };
      return secrets.send(new UpdateSecretVersionStageCommand({ ...stage, RemoveFromVersionId: from }));
    };

    const unnamed = move(V2);
    await expect(unnamed).rejects.toThrow(/currently attached to version 11111111/);
    await move(V2, V1);
    const late = move(V3, V1);

    await expect(late).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect(await stages(secrets)).toMatchObject({
      [`${V1}`]: ['AWSPREVIOUS'],
      [`${V2}`]: ['AWSPENDING', 'AWSCURRENT'],
    });
  });

  it('takes a label away, but never the current one', async () => {
    const secrets = await startWithSecret();
    await secrets.send(put(V2, 'two', ['AWSPENDING']));
    const takeAway = (VersionStage: string, RemoveFromVersionId: string | undefined) =>
      secrets.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage, RemoveFromVersionId }));

    await takeAway('AWSPENDING', V2);
    const refused = takeAway('AWSCURRENT', V1);

    await expect(refused).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect(await stages(secrets)).toEqual({ [`${V1}`]: ['AWSCURRENT'] });
  });

  it.each([
    { missing: 'a secret', request: { SecretId: 'nobody' } },
    { missing: 'a label', request: { SecretId, VersionStage: 'AWSPENDING' } },
    { missing: 'a version', request: { SecretId, VersionId: V3 } },
  ])('says that $missing does not exist', async ({ request }) => {
    const secrets = await startWithSecret();

    const found = secrets.send(new GetSecretValueCommand(request));

    await expect(found).rejects.toThrow(ResourceNotFoundException);
  });

  it('keeps everything in a file only its owner can read', async () => {
    const dataDir = await temporaryDirectory();
    const first = await startEmulators({ dataDir });
    const before = connect(first.endpoints).secrets;
    await before.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'one' }));
    await before.send(put(V2, 'two'));
    await first.close();

    const secrets = await startSecrets(dataDir);

    expect((await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('two');
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
  });
});
