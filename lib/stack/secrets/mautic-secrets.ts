import { CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { BridgeFunction } from '../functions/bridge-function.ts';
import { UnsetSecret } from './unset-secret.ts';

/** What a person gives to reach Mautic, and the token the bridge gets for it. */
export class MauticSecrets extends Construct {
  readonly credentials: UnsetSecret;
  readonly token: UnsetSecret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.credentials = new UnsetSecret(
      this,
      'Credentials',
      'JSON: {"clientId", "clientSecret"} or {"username", "password"}',
    );
    this.token = new UnsetSecret(this, 'Token', 'Cached OAuth2 token, written by the bridge alone');
    Validations.of(this.credentials).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason: 'Mautic has no API to change API credentials with: a person makes new ones and puts them here.',
    });
    Validations.of(this.token).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason: 'renew-token replaces the token every hour or sooner, before it expires.',
    });
    new CfnOutput(Stack.of(this), 'MauticSecretId', {
      description: 'Secret to fill with {"clientId", "clientSecret"} or {"username", "password"}',
      value: this.credentials.secretArn,
    });
  }

  /** Lets a function use the token and replace it. */
  allowRenewal(renewer: BridgeFunction): void {
    renewer.allow(['secretsmanager:GetSecretValue'], this.credentials.secretArn);
    renewer.allow(['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], this.token.secretArn);
  }
}
