import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { closeServer, listenOnLoopback } from './loopback.ts';
import { createArn, openVault, type Secret, type Vault } from './secret-vault.ts';
import {
  addVersion,
  findVersion,
  moveStage,
  SecretsManagerError,
  type SecretVersion,
} from './secret-versions.ts';

const Request = v.object({
  Name: v.optional(v.string()),
  SecretId: v.optional(v.string()),
  Description: v.optional(v.string()),
  ClientRequestToken: v.optional(v.string()),
  SecretString: v.exactOptional(v.string()),
  SecretBinary: v.exactOptional(v.string()),
  VersionId: v.exactOptional(v.string()),
  VersionStage: v.exactOptional(v.string()),
  VersionStages: v.optional(v.array(v.string())),
  RemoveFromVersionId: v.exactOptional(v.string()),
  MoveToVersionId: v.exactOptional(v.string()),
});
type Request = v.InferOutput<typeof Request>;

type Action = (vault: Vault, request: Request) => Record<string, unknown>;

const ACTIONS: Readonly<Record<string, Action>> = {
  CreateSecret: createSecret,
  GetSecretValue: getSecretValue,
  PutSecretValue: putSecretValue,
  DescribeSecret: describeSecret,
  UpdateSecretVersionStage: updateSecretVersionStage,
};

/** Starts Secrets Manager with its state in `file`, or in memory: the five calls a token renewal needs. */
export async function startSecretsManager(file?: string): Promise<{ url: string; close(): Promise<void> }> {
  const vault = openVault(file);
  const server = createServer((request, response) => {
    answer(vault, request, response).catch(() => response.destroy());
  });
  const url = await listenOnLoopback(server);
  return { url, close: () => closeServer(server) };
}

async function answer(vault: Vault, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const { status, content } = perform(vault, String(request.headers['x-amz-target']), body);
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(content));
}

function perform(vault: Vault, target: string, body: string): { status: number; content: unknown } {
  try {
    const action = ACTIONS[target.replace(/^secretsmanager\./, '')];
    if (!action) throw new SecretsManagerError('UnknownOperationException', `${target} is not emulated.`);
    return { status: 200, content: action(vault, v.parse(Request, JSON.parse(body))) };
  } catch (error) {
    const known = error instanceof SecretsManagerError;
    const message = error instanceof Error ? error.message : String(error);
    return known
      ? { status: 400, content: { __type: error.name, message } }
      : { status: 500, content: { __type: 'InternalServiceError', message } };
  }
}

function createSecret(vault: Vault, request: Request) {
  const name = required(request.Name, 'Name');
  const existing = vault.find(name);
  const repeated = existing?.versions.some(({ id }) => id === request.ClientRequestToken) ?? false;
  if (existing && !repeated) {
    const message = `The operation failed because the secret ${name} already exists.`;
    throw new SecretsManagerError('ResourceExistsException', message);
  }
  const now = Date.now();
  const empty = { arn: createArn(name), name, description: request.Description ?? '', createdAt: now };
  const secret = existing ?? { ...empty, changedAt: now, versions: [] };
  const hasValue = request.SecretString !== undefined || request.SecretBinary !== undefined;
  const version = hasValue ? versionOf(request, ['AWSCURRENT']) : undefined;
  vault.put(version ? { ...secret, versions: addVersion(secret.versions, version) } : secret);
  return { ARN: secret.arn, Name: name, VersionId: version?.id };
}

function putSecretValue(vault: Vault, request: Request) {
  const secret = requireSecret(vault, request);
  const version = versionOf(request, request.VersionStages ?? ['AWSCURRENT']);
  const versions = addVersion(secret.versions, version);
  vault.put({ ...secret, changedAt: Date.now(), versions });
  const { stages } = findVersion(versions, { id: version.id });
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: stages };
}

function getSecretValue(vault: Vault, request: Request) {
  const secret = requireSecret(vault, request);
  const { VersionId: id, VersionStage: stage } = request;
  const version = findVersion(secret.versions, { ...(id && { id }), ...(stage && { stage }) });
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    VersionStages: version.stages,
    CreatedDate: version.createdAt / 1000,
    ...version.value,
  };
}

function describeSecret(vault: Vault, request: Request) {
  const secret = requireSecret(vault, request);
  const labelled = secret.versions.filter(({ stages }) => stages.length > 0);
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: secret.createdAt / 1000,
    LastChangedDate: secret.changedAt / 1000,
    VersionIdsToStages: Object.fromEntries(labelled.map(({ id, stages }) => [id, stages])),
  };
}

function updateSecretVersionStage(vault: Vault, request: Request) {
  const secret = requireSecret(vault, request);
  const { RemoveFromVersionId: from, MoveToVersionId: to } = request;
  const stage = required(request.VersionStage, 'VersionStage');
  const versions = moveStage(secret.versions, stage, { ...(from && { from }), ...(to && { to }) });
  vault.put({ ...secret, changedAt: Date.now(), versions });
  return { ARN: secret.arn, Name: secret.name };
}

function versionOf(request: Request, stages: readonly string[]): SecretVersion {
  const { ClientRequestToken, SecretString, SecretBinary } = request;
  const value = {
    ...(SecretString !== undefined && { SecretString }),
    ...(SecretBinary !== undefined && { SecretBinary }),
  };
  if (Object.keys(value).length !== 1) {
    const message = 'You must provide either SecretString or SecretBinary.';
    throw new SecretsManagerError('InvalidRequestException', message);
  }
  return { id: ClientRequestToken ?? randomUUID(), createdAt: Date.now(), value, stages };
}

function requireSecret(vault: Vault, request: Request): Secret {
  const secret = vault.find(required(request.SecretId, 'SecretId'));
  if (secret) return secret;
  throw new SecretsManagerError(
    'ResourceNotFoundException',
    "Secrets Manager can't find the specified secret.",
  );
}

function required(value: string | undefined, name: string): string {
  if (value) return value;
  throw new SecretsManagerError('InvalidParameterException', `${name} is missing.`);
}
