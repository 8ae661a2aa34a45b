import cliProgress from 'cli-progress';

/** How far a long piece of work is. */
export interface Progress {
  /** So many are done, of so many; without a total nobody knows how long it takes. */
  update(done: number, total?: number): void;
  /** It is over: what was shown goes away. */
  end(): void;
}

export interface ProgressSettings {
  /** What is counted: `orders`. */
  readonly what: string;
  /** Where it is shown; to the side of the answer, which may be read by a machine. */
  readonly stream?: NodeJS.WriteStream;
  /** Epoch ms. */
  readonly now?: () => number;
}

/** What is done sooner shows nothing. */
const QUIET_MS = 2_000;
/** Without a terminal a line is written this often. */
const LINE_MS = 10_000;

/** Shows count, rate and time left, once it takes longer than two seconds. */
export function createProgress({
  what,
  stream = process.stderr,
  now = Date.now,
}: ProgressSettings): Progress {
  const began = now();
  let bar: cliProgress.SingleBar | undefined;
  return {
    update: (done, total = 0) => {
      if (now() - began < QUIET_MS) return;
      const fields = { what, rate: rateOf(done, now() - began), of: total > 0 ? ` of ${String(total)}` : '' };
      if (!bar) {
        bar = createBar(stream, total > 0);
        bar.start(total, done, fields);
      }
      bar.setTotal(total);
      bar.update(done, fields);
    },
    end: () => {
      bar?.stop();
      bar = undefined;
    },
  };
}

function createBar(stream: NodeJS.WriteStream, hasEnd: boolean): cliProgress.SingleBar {
  const ending = hasEnd ? ', {eta_formatted} left' : '';
  return new cliProgress.SingleBar({
    format: `${hasEnd ? '[{bar}] ' : ''}{value}{of} {what}{rate}${ending}`,
    stream,
    barsize: 24,
    hideCursor: null,
    clearOnComplete: true,
    gracefulExit: false,
    noTTYOutput: true,
    notTTYSchedule: LINE_MS,
    emptyOnZero: true,
  });
}

/** What is too slow to be counted in seconds is in minutes; nothing is said before anything is done. */
function rateOf(done: number, ms: number): string {
  const rate = done / (ms / 1_000);
  if (done === 0) return '';
  if (rate < 1) return `, ${String(Math.max(1, Math.round(rate * 60)))} a minute`;
  return `, ${rate < 10 ? rate.toFixed(1) : String(Math.round(rate))} a second`;
}
