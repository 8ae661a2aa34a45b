import { CfnOutput, Stack } from 'aws-cdk-lib';
import { DomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';
import type { BridgeConfig } from '../core/policy/configuration/bridge-config.ts';

/** An address of the user's own for the webhooks: what stores hold outlives the API behind it. */
export class OwnDomain extends Construct {
  readonly name: string;
  readonly domain: DomainName;

  constructor(scope: Construct, id: string, props: NonNullable<BridgeConfig['aws']['domain']>) {
    super(scope, id);
    this.name = props.name;
    this.domain = new DomainName(this, 'Name', {
      domainName: props.name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', props.certificateArn),
    });
    new CfnOutput(Stack.of(this), 'DomainTarget', {
      description: `Point ${props.name} here: a CNAME, or an alias in Route 53`,
      value: this.domain.regionalDomainName,
    });
  }
}
