import * as v from 'valibot';
import { FieldName } from './aliases/field-alias.ts';
import { isIdentityField, isKeptFromMap } from './aliases/own-fields.ts';
import { MAP_SOURCES, mapSourceOf } from './map-source.ts';
import { nearest } from './problems.ts';

const Source = v.pipe(
  v.string(),
  v.check(
    (name) => mapSourceOf(name) !== undefined,
    ({ input }) => aboutSource(input),
  ),
);

function aboutSource(name: string): string {
  const near = nearest(
    name,
    MAP_SOURCES.filter((known) => !known.includes('<')),
  );
  const hint =
    near === undefined ? `one of ${MAP_SOURCES.join(', ')}` : `a known source: did you mean ${near}?`;
  return `must be ${hint}`;
}

/** A field of one's own, made where it is missing, or one that every Mautic has and the bridge does not fill itself. */
const MappedAlias = v.pipe(
  FieldName,
  v.check((alias) => !isIdentityField(alias), 'is filled by the bridge itself, from who the person is'),
  v.check(
    (alias) => !isKeptFromMap(alias),
    'is a field by which Mautic itself keeps count: choose a name of your own',
  ),
);

/** Source → alias of the contact field it is written into. */
export const FieldMap = v.record(Source, MappedAlias);
export type FieldMap = v.InferOutput<typeof FieldMap>;
