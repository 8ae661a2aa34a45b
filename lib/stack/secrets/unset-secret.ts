import { RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { NOT_CONFIGURED } from '../../environment.ts';

const NOTHING_YET = `${NOT_CONFIGURED}: the description says what belongs here`;

/**
 * A secret whose value comes later, from a person or a function, and never from the template.
 *
 * It starts as a text that is not even JSON: a generated key could not be told from a real one, and a sample key
 * would be one that everybody knows. The text is the same whatever the configuration says, because CloudFormation
 * writes it again, over the real value, when it changes.
 */
export class UnsetSecret extends Secret {
  constructor(scope: Construct, id: string, description: string) {
    super(scope, id, {
      description,
      secretStringValue: SecretValue.unsafePlainText(NOTHING_YET),
      // But a first deployment that fails leaves none behind, which would be paid for.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
