import { readEnvironment, regionOfShell, StoreEnvironment } from '../../environment.ts';
import type { Place } from '../place/place.ts';

/** How a person who makes the webhooks by hand sees the secret that they have to sign with, as the end of a sentence. */
export function secretByHand({ kind }: Pick<Place, 'kind'>): string {
  if (kind === 'local') return 'WEBHOOK_SECRET, with which npm start was started';
  const { STORE_SECRETS_ID: id } = readEnvironment(StoreEnvironment);
  const region = regionOfShell();
  const where = region === undefined ? '' : ` --region ${region}`;
  return `what this shows of the store: aws secretsmanager get-secret-value --secret-id ${id}${where} --query SecretString --output text`;
}
