/** Names a register: of Mautic or of a store. */
export interface Register {
  readonly of: 'mautic' | { readonly store: string };
  readonly name: string;
}
