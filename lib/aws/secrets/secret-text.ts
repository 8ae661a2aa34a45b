import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { NOT_CONFIGURED } from '../../environment.ts';

export interface SecretSettings {
  readonly client: SecretsManagerClient;
  readonly secretId: string;
}

/** False for an empty text and for the placeholder: neither may ever prove anything. */
export function isConfigured(text: string | undefined): text is string {
  return text !== undefined && text !== '' && !text.startsWith(NOT_CONFIGURED);
}

/** The text of a secret; `undefined` when there is no such secret or it has no value yet. */
export async function readText({ client, secretId }: SecretSettings): Promise<string | undefined> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** What a secret names in its outermost object, like the ids of stores; nothing where it holds no such object. */
export async function namesIn(settings: SecretSettings): Promise<readonly string[]> {
  const members = v.safeParse(Members, await readText(settings));
  return members.success ? Object.keys(members.output) : [];
}

const Members = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));

/** An error that says which secret is wrong and how to mend it. `problem` must not hold a value of it. */
export function secretError(secretId: string, problem: string, shape: string): Error {
  const error = new Error(`The secret ${secretId} ${problem}. Put there: ${shape}`);
  error.name = 'SecretError';
  return error;
}

/**
 * Problems by place, without values. The schema must give every part a message of its own, because valibot's
 * own messages quote what was received.
 */
export function problemsOf(issues: readonly v.BaseIssue<unknown>[]): string {
  const problems = issues.map((issue) => {
    const place = v.getDotPath(issue) ?? 'it';
    return issue.input === undefined ? `${place} is missing` : `${place} ${issue.message}`;
  });
  return problems.join('; ');
}
