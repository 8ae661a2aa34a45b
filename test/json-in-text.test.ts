import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonIn } from '../lib/json-in-text.ts';

/** The words of a real 5.2.1 and 7.0.0 with display_errors on. */
const WARNING =
  '<br />\n<b>Warning</b>:  PHP Request Startup: Input variables exceeded 1000. To increase the limit change max_input_vars in php.ini. in <b>Unknown</b> on line <b>0</b><br />\n';
/** With html_errors off. */
const PLAIN = '\nDeprecated: Creation of dynamic property A::$b is deprecated in /var/www/a.php on line 7\n';
/** A variable that somebody prints. */
const DUMP = 'array(1) {\n  ["a"]=>\n  string(1) "b"\n}\n';
const ANSWER = { contacts: [{ id: 1, text: 'a } ] { "b" \\ ü🎉' }], statusCodes: [201] };

describe('JSON', () => {
  test.each([
    ['alone', ''],
    ['behind a byte order mark', '\uFEFF'],
    ['behind white space', ' \r\n '],
    ['behind a warning of PHP', WARNING],
    ['behind a thousand of them', WARNING.repeat(1_000)],
    ['behind a plain warning', PLAIN],
    ['behind a printed variable', DUMP],
    ['behind a line that is JSON itself', '{"success":false}\n'],
    ['behind a line that looks like JSON', '{ not json }\n[1, 2\n'],
    ['right behind a tag', '<b>Notice</b><br />'],
  ])('%s is read', (_name, before) => {
    expect(jsonIn(before + JSON.stringify(ANSWER))).toEqual(ANSWER);
    expect(jsonIn(before + JSON.stringify(ANSWER, null, 4))).toEqual(ANSWER);
  });

  test('is read before a warning that PHP writes when it is done', () => {
    expect(jsonIn(`${JSON.stringify(ANSWER)}\n${WARNING}`)).toEqual(ANSWER);
    expect(jsonIn(`${WARNING}${JSON.stringify(ANSWER)}\n${PLAIN}`)).toEqual(ANSWER);
  });

  test.each(['', ' ', 'OK', '<html>\n<body>Welcome</body></html>', '"text"', '12', 'null', WARNING])(
    'is not found in "%s"',
    (text) => {
      expect(jsonIn(text)).toBeUndefined();
    },
  );

  test('that is cut off is none, behind a warning or not', () => {
    const whole = JSON.stringify(ANSWER);
    for (let length = 0; length < whole.length; length += 1) {
      expect(jsonIn(whole.slice(0, length))).toBeUndefined();
      expect(jsonIn(WARNING + whole.slice(0, length))).toBeUndefined();
    }
  });

  test('of any shape is found behind any lines that hold none', () => {
    const lines = fc.array(fc.string({ unit: 'grapheme' }).filter((line) => !/[[{]/.test(line)));
    const answers = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()));
    fc.assert(
      fc.property(lines, answers, (before, answer) => {
        const text = JSON.stringify(answer);
        expect(jsonIn([...before, text].join('\n'))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('is looked for in one go, not from every brace anew', () => {
    expect(jsonIn('{"a":\n'.repeat(200_000))).toBeUndefined();
  });
});
