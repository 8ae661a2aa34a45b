import checkout from './checkout.data.json' with { type: 'json' };
import { type PlaySettings, play, type RecordedDelivery } from './play.ts';
import recorded from './recordings.data.json' with { type: 'json' };

/** Deliveries of a running WooCommerce that tell a story together. */
interface RecordedStory {
  readonly id: string;
  readonly title: string;
  readonly deliveries: readonly RecordedDelivery[];
  /** Signed by somebody who does not know the secret. */
  readonly isForged?: boolean;
}

/** What can be played, the first one as `npm start` plays it. */
export const STORIES: readonly RecordedStory[] = [
  {
    id: 'checkout',
    title: 'A checkout: seven deliveries, some twice and out of order',
    deliveries: checkout,
  },
  ...recorded,
  {
    id: 'forged',
    title: 'A delivery that somebody forged',
    deliveries: checkout.filter(({ topic }) => topic === 'order.created'),
    isForged: true,
  },
];

/** Plays a story into the bridge. Answers how each of its deliveries was answered; `undefined`: there is none such. */
export async function playStory(settings: PlaySettings, id: string): Promise<readonly number[] | undefined> {
  const story = STORIES.find((one) => one.id === id);
  if (!story) return undefined;
  const secret = story.isForged === true ? `not ${settings.secret}` : settings.secret;
  return play({ ...settings, secret }, story.deliveries);
}
