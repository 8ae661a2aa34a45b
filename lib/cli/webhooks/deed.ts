/** What can be done with the webhooks of a store. */
export type WebhookDeed = 'list' | 'register' | 'repair' | 'remove';
