import { CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { UnsetSecret } from './unset-secret.ts';

/** Webhook secrets of all stores in one secret, by store id. Until a store is in it, all its deliveries are refused. */
export class StoreSecrets extends UnsetSecret {
  constructor(scope: Construct, id: string) {
    super(scope, id, 'JSON: {"<store id>": {"webhookSecret", "previousWebhookSecret"?}}');
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason:
        'A store knows its webhook secret only from a person. It is changed by hand without a gap: the previous one stays valid beside it.',
    });
    new CfnOutput(Stack.of(this), 'StoreSecretsId', {
      description: 'Secret to fill with {"<store id>": {"webhookSecret": "..."}}',
      value: this.secretArn,
    });
  }
}
