import { describe, expect, test } from 'vitest';
import {
  type BridgeConfig,
  defineBridge,
  stageOf,
} from '../../../../lib/core/policy/configuration/bridge-config.ts';

type Input = Parameters<typeof defineBridge>[0]['aws'];

const BASE = {
  stores: [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }],
  mautic: { url: 'https://mautic.example.com' },
} as const;

function settings(aws?: Input): BridgeConfig['aws'] {
  return stageOf(defineBridge({ ...BASE, stores: [...BASE.stores], aws })).aws;
}

/** Lines of the complaint. */
function problemsOf(aws: unknown): readonly string[] {
  try {
    // What a user types need not be what the types say.
    settings(aws as Input);
  } catch (error) {
    const [, ...lines] = String(error).split('\n');
    return lines.map((line) => line.trim());
  }
  return [];
}

describe('the settings of AWS', () => {
  test('suit one shop in a new account by default, and leave to the stage whether it is protected', () => {
    const shipped = {
      rateLimit: { perSecond: 50, burst: 100 },
      syncConcurrency: 2,
      recordConcurrency: 2,
      memory: {},
      logRetentionDays: 30,
      tags: {},
    };

    expect(settings()).toEqual(shipped);
    expect(settings({})).toEqual(shipped);
    expect(settings({ rateLimit: { perSecond: 200 } }).rateLimit).toEqual({ perSecond: 200, burst: 100 });
  });

  test('are kept as they are given', () => {
    const given = {
      rateLimit: { perSecond: 10_000, burst: 5_000 },
      syncConcurrency: 1_000,
      recordConcurrency: 5,
      memory: { ingest: 1024, 'renew-token': 256 },
      logRetentionDays: 365 as const,
      ledgerTable: { name: 'mautic-commerce-bridge-restored' },
      domain: {
        name: 'hooks.yourshop.com',
        certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-1111',
      },
      terminationProtection: false,
      tags: { 'cost-centre': 'Versand und Lager', owner: 'ops@example.com' },
    };

    expect(settings(given)).toEqual(given);
  });

  test('are refused where AWS would refuse them at the deployment, each with its place', () => {
    const problems = problemsOf({
      rateLimit: { perSecond: 10_001, burst: 0.5 },
      syncConcurrency: 1,
      recordConcurrency: 1001,
      memory: { ingest: 128, mail: 512 },
      logRetentionDays: 31,
      ledgerTable: { name: 'arn:aws:dynamodb', restoredAt: 'yesterday' },
      domain: {
        name: 'https://hooks.yourshop.com',
        certificateArn: 'arn:aws:iam::123456789012:server-certificate/x',
      },
      terminationProtection: 'yes',
      tags: { 'aws:mine': 'x', name: '<x>' },
      region: 'x',
    });

    expect(problems.map((problem) => problem.split(': ')[0])).toEqual([
      'aws.rateLimit.perSecond',
      'aws.rateLimit.burst',
      'aws.syncConcurrency',
      'aws.recordConcurrency',
      'aws.memory.ingest',
      'aws.memory.mail',
      'aws.logRetentionDays',
      'aws.domain.name',
      'aws.domain.certificateArn',
      'aws.ledgerTable.name',
      'aws.ledgerTable.restoredAt',
      'aws.terminationProtection',
      'aws.tags.aws:mine',
      'aws.tags.name',
      'aws.region',
    ]);
    expect(problems).toContain('aws.syncConcurrency: must be a whole number from 2 to 1000');
  });
});
