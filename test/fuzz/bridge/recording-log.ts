import { errorFields, scrub } from '../../../lib/aws/telemetry/scrub.ts';
import type { Telemetry } from '../../../lib/aws/telemetry/telemetry.ts';
import type { Fields } from '../../../lib/core/ports/telemetry.ts';
import type { Findings } from '../oracle/findings.ts';

/** An address, as far as anybody can tell one; one character before the sign, because more take quadratic time. */
const ADDRESS = /[\w.+-](?:@|%40)[\w-]+\.\w/;

export interface RecordingLogOptions {
  /** Where to put what is wrong now. */
  readonly findings: () => Findings;
  /** What no line may hold. */
  readonly forbidden: RegExp;
}

/** Keeps what would be printed, looks for what must not be, and takes every logged error for a crash. */
export class RecordingLog implements Telemetry {
  /** Why deliveries were dropped since the last look. */
  dropped: string[] = [];
  readonly #options: RecordingLogOptions;

  constructor(options: RecordingLogOptions) {
    this.#options = options;
  }

  readonly metrics = { count: () => undefined };

  readonly log = {
    info: (message: string, fields: Fields = {}) => this.#line(message, fields),
    warn: (message: string, fields: Fields = {}, cause?: unknown) => this.#line(message, fields, cause),
    error: (message: string, fields: Fields = {}, cause?: unknown) => this.#line(message, fields, cause),
  };

  flush(): void {}

  /** Looks at any text that leaves the bridge for people to read. */
  inspect(text: string): void {
    const leak = this.#options.forbidden.exec(text) ?? ADDRESS.exec(text);
    if (leak) this.#options.findings().add('leaked', `${leak[0]} in: ${text}`);
  }

  /** Fields are looked at before they are masked, because nobody means to log such a thing. */
  #line(message: string, fields: Fields, cause?: unknown): void {
    const { reason } = fields;
    if (typeof reason === 'string' && 'deliveryId' in fields) this.dropped.push(reason);
    const { topic, deliveryId, store, ...own } = fields;
    this.inspect(`${message} ${JSON.stringify(own)}`);
    // These come from headers and messages, whatever somebody wrote there.
    for (const text of [topic, deliveryId, store]) this.inspect(scrub(String(text ?? '')));
    if (cause === undefined) return;
    this.inspect(JSON.stringify(errorFields(cause)));
    this.#options.findings().add('crashed', `${message}: ${whatOf(cause)}`);
  }
}

function whatOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = error.stack?.split('\n').find((line) => line.includes('/lib/'));
  return `${error.name}: ${error.message} ${place?.trim().replace(/file:\S*\/lib\//, 'lib/') ?? ''}`;
}
