/** The stage whose stack has the plain name, and the only one of a configuration without stages. */
export const PRODUCTION = 'production';
