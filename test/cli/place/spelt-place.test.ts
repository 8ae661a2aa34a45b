import { describe, expect, it } from 'vitest';
import { repeatingPlace } from '../../../lib/cli/place/spelt-place.ts';

/** What is said after a command with these arguments was typed. */
function said(
  args: readonly string[],
  line: string,
): { readonly printed: string; readonly complained: string } {
  const lines = { printed: '', complained: '' };
  const terminal = repeatingPlace(
    {
      print: (text) => {
        lines.printed = text;
      },
      complain: (text) => {
        lines.complained = text;
      },
    },
    args,
  );
  terminal.print(line);
  terminal.complain(line);
  return lines;
}

const REMEDY =
  'parked: 3. Look at one with npm run -s bridge -- explain --contact a@b.c, then npm run -s bridge -- replay --parked.';

describe('a command that is proposed', () => {
  it('works on the stage that was asked', () => {
    const spelt =
      'parked: 3. Look at one with npm run -s bridge -- explain --stage test --contact a@b.c, then npm run -s bridge -- replay --stage test --parked.';

    expect(said(['status', '--stage', 'test'], REMEDY)).toEqual({ printed: spelt, complained: spelt });
    expect(said(['status', '--stage=test'], REMEDY).printed).toBe(spelt);
  });

  it.each([
    [['status', '--local'], '--local'],
    [['status', '--json', '--region', 'eu-west-1', '--profile', 'shop'], '--region eu-west-1 --profile shop'],
    [['doctor', '--config', '../my shop/bridge.config.ts'], "--config '../my shop/bridge.config.ts'"],
  ])('after %j repeats %s', (args, place) => {
    expect(said(args, 'npm run -s bridge -- fields').printed).toBe(`npm run -s bridge -- fields ${place}`);
  });

  it('deploys the stage that was asked', () => {
    const args = ['doctor', '--stage', 'test', '--region', 'eu-west-1', '--profile', 'shop'];

    expect(said(args, 'Deploy this one: npx cdk deploy.').printed).toBe(
      'Deploy this one: npx cdk deploy -c stage=test --profile shop.',
    );
    expect(said(args, 'npx cdk deploy -c stage=test').printed).toBe('npx cdk deploy -c stage=test');
    expect(said(['doctor', '--local'], 'npx cdk deploy').printed).toBe('npx cdk deploy');
  });

  it('is spelt in a document for machines that can be read, whatever the path of the configuration', () => {
    const remedy = 'npm run -s bridge -- fields';
    const config = String.raw`C:\my 'own'\bridge.config.ts`;

    const { printed, complained } = said(
      ['doctor', '--json', '--config', config],
      JSON.stringify({ remedy }),
    );

    const spelt = String.raw`npm run -s bridge -- fields --config 'C:\my '\''own'\''\bridge.config.ts'`;
    expect(JSON.parse(printed)).toEqual({ remedy: spelt });
    expect(complained).toContain(spelt);
  });

  it('is spelt as it is where nothing was said of a place, and of commands that work in none', () => {
    expect(said(['status'], REMEDY).printed).toBe(REMEDY);
    const other = 'npm start, or npm run -s bridge -- companion > mcb-companion.php';
    expect(said(['status', '--stage', 'test'], other).printed).toBe(other);
  });

  it('is an example, and of no place, in the help of a command', () => {
    expect(said(['status', '--stage', 'test', '--help'], REMEDY).printed).toBe(REMEDY);
  });

  it('is left alone when the value of a flag is missing: that is said by the command itself', () => {
    expect(said(['status', '--stage'], REMEDY).printed).toBe(REMEDY);
  });
});
