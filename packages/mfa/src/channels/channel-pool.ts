/** Connections to the stored servers, opened on first use and reopened when the settings of a server change. */
export interface ChannelPool<A extends { readonly name: string }, C> {
  /** Returns the channel for these settings. Opens it if necessary, and throws what `open` throws. */
  get(settings: A): C;
  /** Closes the channel of a deleted server. */
  drop(name: string): void;
  /** Closes all channels after messages in progress have been sent. */
  close(): Promise<void>;
}

/** Creates a pool. `open` receives the complete settings, including secrets. */
export function channelPool<A extends { readonly name: string }, C extends { close(): unknown }>(
  open: (settings: A) => C,
): ChannelPool<A, C> {
  const channels = new Map<string, { readonly settings: string; readonly channel: C }>();
  const closing = new Set<Promise<unknown>>();
  // the old channel finishes its messages; only `close` waits for this
  const drop = (name: string) => {
    const former = channels.get(name);
    if (!former) return;
    channels.delete(name);
    const closed: Promise<unknown> = Promise.resolve(former.channel.close()).then(
      () => closing.delete(closed),
      () => closing.delete(closed),
    );
    closing.add(closed);
  };
  return {
    get(access) {
      const settings = JSON.stringify(access);
      const known = channels.get(access.name);
      if (known?.settings === settings) return known.channel;
      const channel = open(access);
      drop(access.name);
      channels.set(access.name, { settings, channel });
      return channel;
    },
    drop,
    async close() {
      for (const name of channels.keys()) drop(name);
      await Promise.all(closing);
    },
  };
}

/** Finds the channels of stored servers by name, for handlers. */
export function namedChannels<A extends { readonly name: string }, C>(
  stored: {
    list(): Promise<readonly { readonly name: string }[]>;
    find(name: string): Promise<object | null>;
    access(name: string): Promise<A>;
  },
  pool: ChannelPool<A, C>,
) {
  return {
    names: async (): Promise<readonly string[]> => (await stored.list()).map(({ name }) => name),
    async find(name: string): Promise<C | undefined> {
      if ((await stored.find(name)) !== null) return pool.get(await stored.access(name));
      pool.drop(name);
      return undefined;
    },
  };
}
