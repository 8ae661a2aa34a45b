import { CfnOutput, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { BridgeConfig } from '../core/policy/configuration/bridge-config.ts';
import type { IngestFunction } from './functions/ingest.ts';
import { OwnDomain } from './own-domain.ts';

interface Props {
  readonly config: BridgeConfig;
  readonly ingest: IngestFunction;
}

/** The stores' way in: `POST /webhooks/{store}`, with or without a slash at its end, and nothing else. */
export class WebhookApi extends Construct {
  readonly api: HttpApi;
  /** Requests a second that it lets through. */
  readonly perSecond: number;
  /** Where stores send to, without `/webhooks/<store>`. */
  readonly baseUrl: string;
  readonly accessLogs: LogGroup;

  constructor(scope: Construct, id: string, { config: { stores, aws }, ingest }: Props) {
    super(scope, id);
    this.perSecond = aws.rateLimit.perSecond;
    this.api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
    });
    const routes = this.api.addRoutes({
      // Greedy: a route without it does not match the slash that people and plugins add.
      path: '/webhooks/{store+}',
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration('Ingest', ingest.lambda),
    });
    for (const route of routes) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions::AwsSolutions-APIG4',
        reason:
          'Stores cannot log in: they sign each webhook, and ingest verifies the signature of the raw body.',
      });
    }
    this.accessLogs = new LogGroup(this, 'AccessLogs', {
      // The prefix keeps the account's resource policy for log delivery from growing with every log group.
      logGroupName: `/aws/vendedlogs/apis/${Stack.of(this).stackName}`,
      retention: aws.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const domain = aws.domain && new OwnDomain(this, 'Domain', aws.domain);
    this.#addStage(this.api, aws.rateLimit, domain);
    this.baseUrl = domain === undefined ? this.api.apiEndpoint : `https://${domain.name}`;
    for (const store of stores) {
      new CfnOutput(Stack.of(this), outputName(store.id), {
        description: `Delivery URL of the webhooks of store ${store.id}`,
        value: `${this.baseUrl}/webhooks/${store.id}`,
      });
    }
  }

  #addStage(
    httpApi: HttpApi,
    { perSecond, burst }: BridgeConfig['aws']['rateLimit'],
    domain: OwnDomain | undefined,
  ): void {
    new HttpStage(this, 'Stage', {
      httpApi,
      stageName: '$default',
      autoDeploy: true,
      // Far above what shops send, and low enough that a flood costs a few dollars a day.
      ...(domain && { domainMapping: { domainName: domain.domain } }),
      throttle: { rateLimit: perSecond, burstLimit: burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }
}

/** What somebody on call asks for, and no more: it is a fifth of what a webhook costs in logs. The id is AWS's wish. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  path: '$context.path',
  status: '$context.status',
  sourceIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  integrationError: '$context.integrationErrorMessage',
};

/** Output names take letters and digits only; store ids have no capitals, so different ids stay different. */
function outputName(store: string): string {
  return `WebhookUrl${store.replaceAll('-', 'X')}`;
}
