import type { Readable, Writable } from 'node:stream';
import { confirm, isCancel, password, select, text } from '@clack/prompts';
import { Interrupted, UsageError } from '../usage-error.ts';

/** Asks whoever sits at the terminal. Each throws `Interrupted` when the question is left, by Ctrl-C or Escape. */
export interface Questions {
  /** Asks again until `check` finds nothing wrong with the answer, which comes without spaces around it; `suggested` is what Enter means. */
  text(question: string, options?: TextOptions): Promise<string>;
  /** Nothing of what is typed is shown. */
  secret(question: string, check?: Check): Promise<string>;
  agree(question: string, isSuggested?: boolean): Promise<boolean>;
  choose<Choice extends string>(question: string, choices: readonly Choosable<Choice>[]): Promise<Choice>;
}

/** What is wrong with an answer, in a sentence; `undefined`: nothing. */
type Check = (answer: string) => string | undefined;

interface TextOptions {
  readonly suggested?: string | undefined;
  readonly check?: Check;
}

interface Choosable<Choice> {
  readonly value: Choice;
  readonly label: string;
}

export interface Streams {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable;
}

const LEFT = 'Interrupted. What was answered so far is kept where it said so; begin again to go on.';

/**
 * Questions at this terminal.
 * @throws UsageError where nobody can answer: in a script.
 */
export function askAt(
  { input, output }: Streams = { input: process.stdin, output: process.stderr },
): Questions {
  if (input.isTTY !== true)
    throw new UsageError('There is nobody to ask: give --yes and the flags that --help names.');
  const streams = { input, output };
  return {
    text: async (message, { suggested, check } = {}) =>
      answered(
        await text({
          message,
          ...streams,
          ...(suggested !== undefined && { defaultValue: suggested, placeholder: suggested }),
          validate: (value) => wrong(value === undefined || value === '' ? (suggested ?? '') : value, check),
        }),
      ).trim(),
    secret: async (message, check) =>
      answered(
        await password({ message, mask: '', ...streams, validate: (value) => wrong(value ?? '', check) }),
      ),
    agree: async (message, initialValue = true) =>
      answered(await confirm({ message, initialValue, ...streams })),
    choose: async (message, choices) => {
      const options = choices.map(({ value, label }) => ({ value: String(value), label }));
      const chosen = answered(await select({ message, options, ...streams }));
      return (choices.find(({ value }) => value === chosen) ?? choices[0])
        ?.value as (typeof choices)[number]['value'];
    },
  };
}

/** @throws Interrupted */
function answered<Value>(answer: Value | symbol): Exclude<Value, symbol> {
  if (isCancel(answer)) throw new Interrupted(LEFT);
  return answer as Exclude<Value, symbol>;
}

function wrong(answer: string, check: Check | undefined): string | undefined {
  if (answer.trim() === '') return 'Something must be given here.';
  return check?.(answer.trim());
}
