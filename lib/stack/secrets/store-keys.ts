import { CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { UnsetSecret } from './unset-secret.ts';

/**
 * Keys of the REST APIs of all stores, by store id. They may write in a shop, so the function that faces the internet
 * has no access; without them webhooks are the only witness.
 */
export class StoreKeys extends UnsetSecret {
  constructor(scope: Construct, id: string) {
    super(scope, id, 'JSON: {"<store id>": {"consumerKey", "consumerSecret"}}');
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason: 'A store has no API to change its API keys with: a person makes new ones and puts them here.',
    });
    new CfnOutput(Stack.of(this), 'StoreKeysId', {
      description: 'Secret to fill with {"<store id>": {"consumerKey": "...", "consumerSecret": "..."}}',
      value: this.secretArn,
    });
  }
}
