/** Inputs of one block meet what those before them left; a new block starts with a new world. */
export const BLOCK = 400;
