import { expect, test } from 'vitest';
import { CommandEnvironment, ReplayEnvironment } from '../../lib/environment.ts';
import { resolved } from './resolved.ts';
import { template } from './template.ts';

/** What the stack tells the commands of bin/bridge.ts. */
export function testCommandOutputs(): void {
  test('the stack says what the commands of bin/bridge.ts need', () => {
    const given = (name: string) =>
      resolved(template.findOutputs(name)[name]?.Value)
        .split(' ')
        .map((variable) => variable.split('='));

    const replay = Object.fromEntries(given('ReplayVariables'));
    expect(replay).toEqual({
      TABLE_NAME: 'Ledger',
      CONTACTS_QUEUE_URL: 'ContactsQueue',
      DELIVERIES_DEAD_LETTERS_URL: 'DeliveriesDeadLetters',
      CONTACTS_DEAD_LETTERS_URL: 'ContactsDeadLetters',
      BODIES_BUCKET: 'Bodies',
    });
    expect(Object.keys(replay).sort()).toEqual(Object.keys(ReplayEnvironment.entries).sort());
    expect(Object.fromEntries(given('CommandVariables'))).toEqual({
      ...replay,
      DELIVERIES_QUEUE_URL: 'DeliveriesQueue',
      MAUTIC_SECRET_ID: 'MauticSecretsCredentials',
      MAUTIC_TOKEN_SECRET_ID: 'MauticSecretsToken',
      STORE_SECRETS_ID: 'StoreSecrets',
      STORE_KEYS_ID: 'StoreKeys',
      WEBHOOK_BASE_URL: 'WebhookApi.ApiEndpoint',
      ALARM_TOPIC_ARN: 'AlarmsTopic',
    });
    expect(Object.keys(Object.fromEntries(given('CommandVariables'))).sort()).toEqual(
      Object.keys(CommandEnvironment.entries).sort(),
    );
    expect(Object.fromEntries(given('AuthoriseVariables'))).toEqual({
      MAUTIC_SECRET_ID: 'MauticSecretsCredentials',
      MAUTIC_TOKEN_SECRET_ID: 'MauticSecretsToken',
      TABLE_NAME: 'Ledger',
    });
  });
}
