import { App, Validations } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks } from 'cdk-nag';
import { config } from '../bridge.config.ts';
import { alarmEmailOf } from '../lib/stack/alarm-topic.ts';
import { BridgeStack } from '../lib/stack/bridge-stack.ts';
import { stackNameOf } from '../lib/stack/stage.ts';

const app = new App({ analyticsReporting: false, context: recommendedFlags });
const given = (name: string): unknown => app.node.tryGetContext(name);

new BridgeStack(app, stackNameOf(given('stage')), { config, alarmEmail: alarmEmailOf(given('alarmEmail')) });

// A finding ends the synthesis; the few that stand are acknowledged beside what they are about, with the reason.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
