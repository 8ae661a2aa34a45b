import { UsageError } from './usage-error.ts';

/** The code, alone or in the address that Mautic led to. @throws UsageError when there is none in it. */
export function codeOf(text: string | undefined): string | undefined {
  if (text === undefined || !/^https?:\/\//.test(text)) return text;
  const given = URL.canParse(text) ? new URL(text).searchParams.get('code') : null;
  if (given === null) throw new UsageError('There is no code in this address.');
  return given;
}
