import { App } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { config } from '../bridge.config.ts';
import { BridgeStack } from '../lib/stack/bridge-stack.ts';
import { stackNameOf } from '../lib/stack/stage.ts';

const app = new App({ analyticsReporting: false, context: recommendedFlags });

new BridgeStack(app, stackNameOf(app.node.tryGetContext('stage')), { config });
