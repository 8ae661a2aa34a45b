/** The stack of production: the name without a stage. */
export const PRODUCTION = 'mautic-commerce-bridge';

const STAGE = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * The stack's name for a stage, as given by `-c stage=staging`; none means production.
 * @throws Error for a stage that cannot be part of a stack's name.
 */
export function stackNameOf(stage: unknown): string {
  if (stage === undefined || stage === 'production') return PRODUCTION;
  if (typeof stage === 'string' && STAGE.test(stage)) return `${PRODUCTION}-${stage}`;
  throw new Error(`The stage must be lower-case letters, digits and hyphens: ${JSON.stringify(stage)}`);
}
