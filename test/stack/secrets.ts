import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { isConfigured } from '../../lib/aws/secrets/secret-text.ts';
import { other, type Properties, resources, template } from './template.ts';

/** In a file of its own, but run by stack.test.ts: loading the CDK takes seconds. */
export function testSecrets(): void {
  describe('the secrets', () => {
    test('start without anything that ingest or Mautic could be shown', () => {
      const values = [...resources('AWS::SecretsManager::Secret').values()].map(({ SecretString }) =>
        String(SecretString),
      );

      expect(values).toHaveLength(4);
      for (const value of values) {
        expect(isConfigured(value)).toBe(false);
        expect(() => JSON.parse(value)).toThrow(SyntaxError);
      }
    });

    test('are not written again when the configuration changes, which would undo what a person filled in', () => {
      // CloudFormation makes a new version of a secret when this property changes, and for no other.
      const of = (from: Template) =>
        Object.entries(from.findResources('AWS::SecretsManager::Secret')).map(([id, secret]) => [
          id,
          (secret.Properties as Properties).SecretString,
        ]);

      expect(of(other)).toEqual(of(template));
    });

    test('outlive the stack, but for a first deployment that fails', () => {
      const secrets = Object.values(template.findResources('AWS::SecretsManager::Secret'));
      const policies = secrets.map(({ DeletionPolicy }) => DeletionPolicy as unknown);
      expect(new Set(policies)).toEqual(new Set(['RetainExceptOnCreate']));
    });
  });
}
