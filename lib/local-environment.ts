import * as v from 'valibot';
import { ofMautic, ofShop } from './core/policy/configuration/web-address.ts';
import { stage, text } from './environment.ts';

const port = v.pipe(
  v.string(),
  v.regex(/^\d{1,5}$/, 'must be a port number'),
  v.transform(Number),
  v.maxValue(65_535, 'must be a port number'),
);

/** What `npm start` and `npm run mautic` read from the shell; everything has a default. */
export const LocalEnvironment = v.object({
  BRIDGE_STAGE: stage,
  PORT: v.optional(port, '3000'),
  MAUTIC_PORT: v.optional(port, '3001'),
  /** Of the simulated shop. */
  SHOP_PORT: v.optional(port, '3002'),
  BRIDGE_DATA_DIR: v.optional(text, '.bridge'),
  MAUTIC_BASE_URL: v.optional(v.pipe(text, v.url('must be a URL'), ofMautic)),
  MAUTIC_CLIENT_ID: v.optional(text),
  MAUTIC_CLIENT_SECRET: v.optional(text),
  MAUTIC_USERNAME: v.optional(text),
  MAUTIC_PASSWORD: v.optional(text),
  WEBHOOK_SECRET: v.optional(text, 'local-development-secret'),
  STORE_URL: v.optional(v.pipe(text, v.url('must be a URL'), ofShop)),
  STORE_CONSUMER_KEY: v.optional(text),
  STORE_CONSUMER_SECRET: v.optional(text),
  /** Where it is given, functions log as they do on AWS; else warnings and errors are made readable. */
  LOG_LEVEL: v.optional(
    v.picklist(['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'], 'must be DEBUG, INFO, WARN, ERROR or SILENT'),
  ),
});
export type LocalEnvironment = v.InferOutput<typeof LocalEnvironment>;
