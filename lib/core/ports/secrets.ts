/** What proves that a delivery is genuine; the previous secret stays valid while it is being rotated. */
export interface SigningSecrets {
  /**
   * Secrets of one store, current first; empty when none is configured.
   * `fresherThanMs` asks for a copy read at most that long ago.
   * @throws when none can be had, not even a cached copy.
   */
  of(store: string, fresherThanMs?: number): Promise<readonly string[]>;
}

/** What opens a store's REST API; from Secrets Manager. */
export interface StoreKeys {
  /** `undefined` while none are configured for this store. @throws when they cannot be read. */
  of(store: string): Promise<StoreKey | undefined>;
}

export interface StoreKey {
  readonly consumerKey: string;
  readonly consumerSecret: string;
}
