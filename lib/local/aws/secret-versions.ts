export type SecretVersion = {
  readonly id: string;
  readonly createdAt: number;
  readonly value: SecretValue;
  readonly stages: readonly string[];
};

type SecretValue = { readonly SecretString?: string; readonly SecretBinary?: string };

type Versions = readonly SecretVersion[];

/** An answer that AWS gives with status 400 and this name. */
export class SecretsManagerError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** AWS keeps about this many versions that no staging label points to. */
const UNLABELLED_KEPT = 100;

/**
 * Adds a version under staging labels. A repeated id with the same value changes nothing, with another it is
 * refused. The first version of a secret is always the current one.
 */
export function addVersion(versions: Versions, version: SecretVersion): Versions {
  const known = versions.find(({ id }) => id === version.id);
  if (known && sameValue(known.value, version.value)) return versions;
  if (known) {
    const message = `A resource with the ID ${version.id} already exists; a version cannot be changed.`;
    throw new SecretsManagerError('ResourceExistsException', message);
  }
  const stages = versions.length === 0 ? ['AWSCURRENT', ...version.stages] : version.stages;
  const added: Versions = [...versions, { ...version, stages: [] }];
  return prune([...new Set(stages)].reduce((list, stage) => attach(list, stage, version.id), added));
}

/** Moves a staging label; `from` must name the version that holds it, which makes this a compare-and-swap. */
export function moveStage(versions: Versions, stage: string, move: { from?: string; to?: string }): Versions {
  for (const id of [move.from, move.to]) if (id !== undefined) requireVersion(versions, id);
  const holder = versions.find(({ stages }) => stages.includes(stage));
  if (holder && holder.id === move.to) return versions;
  if (holder && move.from === undefined) {
    throw invalid(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (holder?.id !== move.from)
    throw invalid(`Staging label ${stage} is not attached to version ${move.from}.`);
  if (move.to !== undefined) return attach(versions, stage, move.to);
  if (stage === 'AWSCURRENT') throw invalid('Staging label AWSCURRENT can be moved but not removed.');
  return detach(versions, stage);
}

/** Finds a version by id, by staging label, or by both, which must then agree; the current one by default. */
export function findVersion(versions: Versions, wanted: { id?: string; stage?: string }): SecretVersion {
  if (wanted.id === undefined) return findByStage(versions, wanted.stage ?? 'AWSCURRENT');
  const version = requireVersion(versions, wanted.id);
  if (wanted.stage === undefined || version.stages.includes(wanted.stage)) return version;
  const message = 'You provided a VersionStage that is not associated to the provided VersionId.';
  throw new SecretsManagerError('InvalidRequestException', message);
}

function findByStage(versions: Versions, stage: string): SecretVersion {
  const version = versions.find(({ stages }) => stages.includes(stage));
  if (version) return version;
  throw notFound(`Secrets Manager can't find the specified secret value for staging label: ${stage}`);
}

function requireVersion(versions: Versions, id: string): SecretVersion {
  const version = versions.find((candidate) => candidate.id === id);
  if (version) return version;
  throw notFound(`Secrets Manager can't find the specified secret value for VersionId: ${id}`);
}

/** Whoever loses AWSCURRENT becomes AWSPREVIOUS, as on AWS. */
function attach(versions: Versions, stage: string, id: string): Versions {
  const holder = versions.find(({ stages }) => stages.includes(stage));
  const attached = detach(versions, stage).map((version) =>
    version.id === id ? { ...version, stages: [...version.stages, stage] } : version,
  );
  const demotes = stage === 'AWSCURRENT' && holder !== undefined && holder.id !== id;
  return demotes ? attach(attached, 'AWSPREVIOUS', holder.id) : attached;
}

function detach(versions: Versions, stage: string): Versions {
  return versions.map((version) => ({
    ...version,
    stages: version.stages.filter((label) => label !== stage),
  }));
}

function prune(versions: Versions): Versions {
  const unlabelled = versions.filter(({ stages }) => stages.length === 0);
  const dropped = new Set(unlabelled.slice(0, -UNLABELLED_KEPT));
  return versions.filter((version) => !dropped.has(version));
}

function sameValue(left: SecretValue, right: SecretValue): boolean {
  return left.SecretString === right.SecretString && left.SecretBinary === right.SecretBinary;
}

function invalid(message: string): SecretsManagerError {
  return new SecretsManagerError('InvalidParameterException', message);
}

function notFound(message: string): SecretsManagerError {
  return new SecretsManagerError('ResourceNotFoundException', message);
}
