import { CfnElement, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { BridgeFunction } from './functions/bridge-function.ts';

/** Bodies too large for the queue. They hold personal data: private, encrypted, gone after 30 days. */
export class BodiesBucket extends Bucket {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // Longer than both queues together keep a message, so a body outlives what points to it.
      lifecycleRules: [
        { expiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      // But a first deployment that fails leaves none behind.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason:
        'One function may write here and one may read; a log of that would be a second bucket to keep, which outlives what it tells of.',
    });
  }

  /** Lets a function do this with bodies. */
  allow(user: BridgeFunction, action: 's3:PutObject' | 's3:GetObject'): void {
    user.allow([action], this.arnForObjects('bodies/*'));
    Validations.of(user).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${this.#logicalId()}.Arn>/bodies/*]`,
      reason: 'A body is called after its hash, which only its delivery will tell.',
    });
  }

  #logicalId(): string {
    const { defaultChild } = this.node;
    return CfnElement.isCfnElement(defaultChild) ? Stack.of(this).getLogicalId(defaultChild) : '';
  }
}
