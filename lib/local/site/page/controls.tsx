import { useEffect, useState } from 'preact/hooks';
import type { Switches, SwitchName } from '../faults.ts';
import type { About } from '../views.ts';
import { post } from './data.ts';

/** What a person can do: play a recording, and let the simulated Mautic fail. */
export function Controls({ about }: { readonly about: About | undefined }) {
  if (!about) return null;
  return (
    <div class="controls">
      {about.stories.length > 0 ? <Player stories={about.stories} /> : <NoPlayer shopUrl={about.shopUrl} />}
      {about.faults ? (
        <Faults {...about.faults} />
      ) : (
        <section class="card" aria-labelledby="faults">
          <h2 id="faults">Mautic’s faults</h2>
          <p class="note">This Mautic is not simulated here, so nothing is done to it.</p>
        </section>
      )}
    </div>
  );
}

function NoPlayer({ shopUrl }: { readonly shopUrl: string | undefined }) {
  return (
    <section class="card" aria-labelledby="player">
      <h2 id="player">{shopUrl === undefined ? 'Play a recording' : 'Buy something'}</h2>
      {shopUrl === undefined ? (
        <p class="note">
          Recordings are played where both Mautic and the store are simulated or absent: they would write
          people that nobody knows.
        </p>
      ) : (
        <p>
          <a href={shopUrl}>The simulated shop</a> has buttons to order, to abandon a cart and to refund.
        </p>
      )}
    </section>
  );
}

function Player({ stories }: Pick<About, 'stories'>) {
  const [story, setStory] = useState(stories[0]?.id ?? '');
  const [said, setSaid] = useState('');
  const play = async () => {
    setSaid('Playing …');
    try {
      const { statuses } = await post<{ statuses: readonly number[] }>('/console/play', { story });
      setSaid(`Answered ${statuses.join(', ')}.`);
    } catch (error) {
      setSaid(error instanceof Error ? error.message : 'It could not be played.');
    }
  };
  return (
    <section class="card" aria-labelledby="player">
      <h2 id="player">Play a recording</h2>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void play();
        }}
      >
        <label class="unseen" for="story">
          Recording
        </label>
        <select id="story" value={story} onChange={({ currentTarget }) => setStory(currentTarget.value)}>
          {stories.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
        <button type="submit" class="primary">
          Play
        </button>
      </form>
      <p class="note" role="status">
        {said === ''
          ? 'Deliveries as a running WooCommerce sent them; play one twice and nothing doubles.'
          : said}
      </p>
    </section>
  );
}

function Faults({ titles, switches: before }: NonNullable<About['faults']>) {
  const [switches, setSwitches] = useState<Switches>(before);
  useEffect(() => setSwitches(before), [before]);
  const [said, setSaid] = useState('');
  const turn = async (name: SwitchName, isOn: boolean) => {
    try {
      setSwitches((await post<{ switches: Switches }>('/console/faults', { name, isOn })).switches);
      setSaid('');
    } catch (error) {
      setSaid(error instanceof Error ? error.message : 'It could not be switched.');
    }
  };
  const names = Object.keys(titles) as SwitchName[];
  const isOn = names.some((name) => switches[name]);
  return (
    <section class="card" aria-labelledby="faults">
      <h2 id="faults">Mautic’s faults</h2>
      <div class="switches">
        {names.map((name) => (
          <label key={name} class="switch">
            <input
              type="checkbox"
              role="switch"
              aria-checked={switches[name]}
              checked={switches[name]}
              onChange={({ currentTarget }) => void turn(name, currentTarget.checked)}
            />
            <span>{titles[name]}</span>
          </label>
        ))}
      </div>
      <p class="note" role="status">
        {said !== '' ? said : isOn ? ON : OFF}
      </p>
    </section>
  );
}

const OFF = 'Switch one on, play something, and see what waits; nothing gets lost.';
const ON =
  'What cannot be written waits, is tried less and less often, and is written when Mautic is well again.';
