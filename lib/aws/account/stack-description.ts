import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/** A stack as CloudFormation describes it. */
export interface StackDescription {
  /** Like `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * A stack in the region of AWS_REGION, with the shell's credentials; `undefined` when there is none of this name.
 * @throws when AWS cannot be asked: without credentials, or without the right to.
 */
export async function describeStack(name: string): Promise<StackDescription | undefined> {
  const client = new CloudFormationClient({ maxAttempts: 3 });
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const [stack] = Stacks;
    if (!stack) return undefined;
    const outputs = (stack.Outputs ?? []).flatMap(({ OutputKey: key, OutputValue: value }) =>
      key !== undefined && value !== undefined ? [[key, value] as const] : [],
    );
    return { status: stack.StackStatus ?? 'unknown', outputs: Object.fromEntries(outputs) };
  } catch (error) {
    // CloudFormation calls a stack that is not there a malformed request.
    if (error instanceof Error && error.name === 'ValidationError') return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
