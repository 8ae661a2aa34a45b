import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { configurationPath } from '../../environment.ts';

/** Stands in for the package `form-data`. */
export const FORM_DATA_STUB = fileURLToPath(new URL('./form-data-stub.ts', import.meta.url));

/** What a configuration imports as `mautic-commerce-bridge`, wherever it lies. */
const POLICY = fileURLToPath(new URL('../../core/policy.ts', import.meta.url));
const CONFIGURATION = fileURLToPath(new URL('../../../bridge.config.ts', import.meta.url));

/** How esbuild makes one file of each function: everything in it, so that nothing is resolved at a cold start. */
export const BUNDLING: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  bundleAwsSDK: true,
  externalModules: [],
  minify: true,
  sourceMap: true,
  // Node reads the map at every start; line numbers need no copy of the sources in it.
  sourcesContent: false,
  // CommonJS packages inside an ES module still call `require` for Node's own modules.
  banner: "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);",
  logLevel: LogLevel.WARNING,
  esbuildArgs: { '--alias:form-data': FORM_DATA_STUB },
};

/** The same for a function that may read the configuration, which somebody may keep outside the checkout. */
export function bundlingWithConfiguration(): BundlingOptions {
  return {
    ...BUNDLING,
    esbuildArgs: {
      ...BUNDLING.esbuildArgs,
      '--alias:mautic-commerce-bridge': POLICY,
      '--alias:#bridge-config': resolve(configurationPath() ?? CONFIGURATION),
    },
  };
}
