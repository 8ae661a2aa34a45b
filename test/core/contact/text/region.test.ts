import { describe, expect, test } from 'vitest';
import regions from '../../../../lib/core/contact/text/region.data.json' with { type: 'json' };
import { countryName, stateName } from '../../../../lib/core/contact/text/region.ts';
import accepted from '../../../../lib/simulators/mautic/database/geography.data.json' with { type: 'json' };

const PROTOTYPE_NAMES = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];

describe('a country code', () => {
  test.each([
    ['FR', 'France', 'the same in both'],
    ['US', 'United States', 'without the code WooCommerce adds'],
    ['GB', 'United Kingdom', 'without the code WooCommerce adds'],
    ['RE', 'Réunion', 'with the accent'],
    ['GW', 'Guinea Bissau', 'without the hyphen'],
    ['VI', 'Virgin Islands (U.S.)', 'in its spelling'],
    ['CZ', 'Czech Republic', 'not Czechia'],
    ['MK', 'Macedonia', 'a name chosen by hand'],
    ['CD', 'Democratic Republic of the Congo', 'a name chosen by hand'],
    ['CG', 'Republic of the Congo', 'a name chosen by hand'],
    ['PW', 'Palau', 'a name chosen by hand'],
    ['TL', 'East Timor', 'a name chosen by hand'],
    ['VA', 'Holy See', 'a name chosen by hand'],
    ['TR', 'Türkiye', 'the name since Mautic 5'],
    ['SZ', 'Eswatini', 'the name since Mautic 5'],
  ])('%s is %s: %s', (code, name) => {
    expect(countryName(code)).toBe(name);
  });

  test.each(['AS', 'IO', 'CX', 'CC', 'FO', 'TF', 'NF', 'UM', 'SX'])(
    '%s has no name in Mautic, so it is left out',
    (code) => {
      expect(countryName(code)).toBeUndefined();
    },
  );

  test('may be in lower case or padded', () => {
    expect(countryName(' fr ')).toBe('France');
  });

  test.each(['', 'XX', 'France', ...PROTOTYPE_NAMES])('%j is none', (code) => {
    expect(countryName(code)).toBeUndefined();
  });
});

describe('a state', () => {
  test.each([
    ['US', 'CA', 'California'],
    ['DE', 'DE-BY', 'Bayern'],
    ['CA', 'YT', 'Yukon Territory'],
    ['CA', 'QC', 'Quebec'],
    ['BR', 'SP', 'Sao Paulo'],
    ['AU', 'NSW', 'New South Wales'],
    ['JP', 'JP13', 'Tokyo'],
    ['IE', 'D', 'Dublin'],
    ['IT', 'RM', 'Roma'],
    ['ES', 'B', 'Barcelona'],
  ])('of %s with the code %s is %s', (country, code, name) => {
    expect(stateName(country, code)).toBe(name);
  });

  test('means another thing in another country', () => {
    expect([stateName('ES', 'CA'), stateName('US', 'CA'), stateName('FR', 'CA')]).toEqual([
      'Cádiz',
      'California',
      undefined,
    ]);
  });

  test.each([
    ['de', 'de-by', 'Bayern'],
    [' US ', ' ca ', 'California'],
    ['DE', 'bayern', 'Bayern'],
    ['US', 'New York', 'New York'],
  ])('may be typed: of %j %j is %s', (country, text, name) => {
    expect(stateName(country, text)).toBe(name);
  });

  test.each([
    ['DE', 'Bavaria'],
    ['GB', 'London'],
    ['GR', 'I'],
    ['XX', 'CA'],
    ['US', ''],
    ['', 'CA'],
    ['', ''],
  ])('that Mautic does not know is left out: of %j %j', (country, state) => {
    expect(stateName(country, state)).toBeUndefined();
  });

  test.each(PROTOTYPE_NAMES)('called %s is none, nor is a country of that name', (name) => {
    expect(stateName('US', name)).toBeUndefined();
    expect(stateName(name, 'CA')).toBeUndefined();
    expect(stateName(name, name)).toBeUndefined();
  });
});

describe('the list of names', () => {
  test('holds none that Mautic would refuse', () => {
    expect(Object.values(regions.countries).filter((name) => !accepted.countries.includes(name))).toEqual([]);
    const states = Object.values(regions.states).flatMap((names) => Object.values(names));
    expect(states.filter((name) => !accepted.regions.includes(name))).toEqual([]);
  });

  test('covers all states of the countries that map completely', () => {
    const sizes = ['US', 'CA', 'AU', 'JP', 'DE', 'BR', 'MX', 'IE', 'ZA'].map(
      (country) => Object.keys((regions.states as Record<string, object>)[country] ?? {}).length,
    );

    expect(sizes).toEqual([54, 13, 8, 47, 16, 27, 32, 26, 9]);
  });
});
