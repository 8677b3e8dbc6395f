/** Connections to where messages go, one for each stored server; opened when first needed, and reopened when its settings change. */
export interface ChannelPool<A extends { readonly name: string }, C> {
  /** Opens the channel, or fails as `open` does. */
  get(settings: A): C;
  /** Closes the channel of a server that is gone. */
  drop(name: string): void;
  /** Waits for messages under way. */
  close(): Promise<void>;
}

/** Makes a pool; `open` is given the complete settings, secrets included. */
export function channelPool<A extends { readonly name: string }, C extends { close(): unknown }>(
  open: (settings: A) => C,
): ChannelPool<A, C> {
  const channels = new Map<string, { readonly settings: string; readonly channel: C }>();
  const closing = new Set<Promise<unknown>>();
  // messages under way through a channel are finished by it; nobody waits for that but `close`
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

/** The servers that are stored, by name, as handlers look for them. */
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
