declare module 'dynalite' {
  import type { Server } from 'node:http';

  function dynalite(options?: { path?: string; createTableMs?: number }): Server;
  export = dynalite;
}

declare module 'dynalite/db/index.js' {
  type Item = Readonly<Record<string, unknown>>;
  type Table = {
    readonly TableName: string;
    readonly TableStatus: string;
    readonly GlobalSecondaryIndexes?: readonly unknown[];
  };
  type Operation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };
  type Callback = (error?: Error | null) => void;

  interface Store {
    readonly db: {
      open(): Promise<void>;
      close(): Promise<void>;
      put(key: string, value: unknown): Promise<void>;
      batch(operations: readonly Operation[], callback: Callback): void;
      iterator(range: { gte: string; lt: string }): AsyncIterable<[string, Table]>;
    };
  }

  type IndexActions = {
    readonly puts: readonly { index: string; key: string; item: Item }[];
    readonly deletes: readonly { index: string; key: string }[];
  };

  type UpdateIndexes = (
    store: Store,
    table: Table,
    ...change: [existing: Item | undefined, item: Item | null, callback: Callback]
  ) => void;

  const database: {
    create(options: { path: string }): Store;
    createKey(item: Item, table: Table): string;
    getIndexActions(
      indexes: readonly unknown[],
      ...change: [existing: Item | undefined, item: Item | null, table: Table]
    ): IndexActions;
    updateIndexes: UpdateIndexes;
  };
  export = database;
}
