import { awsEnvironment } from '../../../lib/local/aws/connection.ts';
import type { Endpoints } from '../../../lib/local/aws/emulators.ts';

/** The store whose deliveries were recorded. */
export const STORE = {
  id: 'demo',
  kind: 'woocommerce',
  currency: 'EUR',
  url: 'http://127.0.0.1:8070/',
} as const;

/** What Lambda and the stack set for every function. */
export function lambdaEnvironment(name: string, endpoints: Endpoints): Record<string, string> {
  return {
    ...awsEnvironment(endpoints),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    NODE_OPTIONS: '--enable-source-maps',
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: 'mautic-commerce-bridge',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    STORES: JSON.stringify([STORE]),
  };
}
