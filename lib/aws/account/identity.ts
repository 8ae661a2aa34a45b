import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** Who the shell's credentials are. @throws when AWS does not take them. */
export async function callerIdentity(): Promise<{ readonly account: string; readonly arn: string }> {
  const client = new STSClient({ maxAttempts: 3 });
  try {
    const { Account: account = '', Arn: arn = '' } = await client.send(new GetCallerIdentityCommand({}));
    return { account, arn };
  } finally {
    client.destroy();
  }
}
