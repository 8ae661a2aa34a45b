import assert from 'node:assert/strict';
import type { Site } from './site.ts';

/** The commands of the bridge as somebody types them in the copy of the project that is deployed. */
export interface BridgeCommand {
  /** What it prints. @throws Error with all it said when it does not end well. */
  run(line: string): Promise<string>;
  /** It ends with that code, and says so. @throws Error with what it said when that is something else. */
  refuses(line: string, code: 1 | 2, said: RegExp): Promise<void>;
}

/** Against the bridge of a stage. */
export function bridgeOf(
  { shell, folders }: Pick<Site, 'shell' | 'folders'>,
  stage: 'production' | 'staging',
): BridgeCommand {
  const typed = (line: string) =>
    `npm run -s bridge -- ${line}${stage === 'production' ? '' : ` --stage ${stage}`}`;
  return {
    run: (line) => shell.sh(folders.changed, typed(line)),
    refuses: async (line, code, said) => {
      const ended = await shell.sh(folders.changed, `${typed(line)} 2>&1; echo "ended with $?"`);
      assert.match(ended, said, `bridge ${line}`);
      assert.match(ended, new RegExp(`^ended with ${String(code)}$`, 'm'), `bridge ${line}: ${ended}`);
    },
  };
}
