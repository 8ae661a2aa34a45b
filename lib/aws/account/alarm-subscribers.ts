import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';

/** How many hear the alarms of a topic, and how many were asked and have not confirmed. @throws when AWS does not say. */
export async function countSubscribers(
  topicArn: string,
): Promise<{ readonly confirmed: number; readonly pending: number }> {
  const client = new SNSClient({ maxAttempts: 3 });
  try {
    const { Subscriptions = [] } = await client.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }),
    );
    const pending = Subscriptions.filter(({ SubscriptionArn: arn = '' }) => !arn.startsWith('arn:')).length;
    return { confirmed: Subscriptions.length - pending, pending };
  } finally {
    client.destroy();
  }
}
