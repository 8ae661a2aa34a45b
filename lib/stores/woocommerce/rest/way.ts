/**
 * How keys are sent. Basic and in the query only where WordPress sees TLS, OAuth 1.0a only where it does not
 * (facts/woocommerce §4).
 */
export type Way = 'basic' | 'query' | 'oauth';
