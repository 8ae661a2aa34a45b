import type { Questions } from '../output/questions.ts';
import type { Site } from '../place/place.ts';
import type { GivenSecrets } from './given-secrets.ts';
import type { Callback } from './shop-consent.ts';

/** What a step of `setup` works with. */
export interface SetupStep {
  readonly site: Site;
  /** Absent in a script: then what is not given is left out. */
  readonly ask: Questions | undefined;
  readonly given: GivenSecrets;
  /** The shop's own page sends its keys there. */
  readonly callback?: Callback | undefined;
  /** Credentials that are there are asked for again. */
  readonly renew: boolean;
  readonly say: (line: string) => void;
}
