import { fileURLToPath } from 'node:url';
import { App, Validations } from 'aws-cdk-lib/core';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { configurationFile, loadStages } from '../lib/cli/configuration.ts';
import { stageOf } from '../lib/core/policy/configuration/bridge-config.ts';
import { provideEnvironment } from '../lib/environment.ts';
import { configGiven, stackNameOf, stageGiven } from '../lib/stack/stage.ts';

const app = new App({ analyticsReporting: false, context: recommendedFlags });
const given = (name: string): unknown => app.node.tryGetContext(name);

try {
  if (given('alarmEmail') !== undefined)
    throw new Error("alarmEmail has moved into bridge.config.ts: alarms: { email: 'you@yourshop.com' }");
  const stage = stageGiven(given('stage'));
  const file = configurationFile(configGiven(given('config')));
  provideEnvironment({ BRIDGE_CONFIG: fileURLToPath(file) });
  const config = stageOf(await loadStages(file), stage);
  // Half of the time goes into loading it: who mistyped need not wait.
  const { BridgeStack } = await import('../lib/stack/bridge-stack.ts');
  new BridgeStack(app, stackNameOf(stage), { config, stage });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

// A finding ends the synthesis; the few that stand are acknowledged beside what they are about, with the reason.
const { AwsSolutionsChecks } = await import('cdk-nag');
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
