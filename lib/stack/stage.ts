/** The stack of production: the name without a stage. */
export const PRODUCTION = 'mautic-commerce-bridge';

const STAGE = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * The name of the stage that `-c stage=staging` gives; none means production.
 * @throws Error for what no stage can be called.
 */
export function stageGiven(stage: unknown): string {
  if (stage === undefined) return 'production';
  if (typeof stage === 'string' && STAGE.test(stage)) return stage;
  throw new Error(`The stage must be lower-case letters, digits and hyphens: ${JSON.stringify(stage)}`);
}

/**
 * The file that `-c config=../shop/bridge.config.ts` names; none means BRIDGE_CONFIG's, or the checkout's own.
 * @throws Error for what is no path.
 */
export function configGiven(config: unknown): string | undefined {
  if (config === undefined || (typeof config === 'string' && config !== '')) return config;
  throw new Error('-c config=… must be the path of a bridge.config.ts');
}

/**
 * The stack's name for a stage.
 */
export function stackNameOf(stage: string): string {
  return stage === 'production' ? PRODUCTION : `${PRODUCTION}-${stage}`;
}
