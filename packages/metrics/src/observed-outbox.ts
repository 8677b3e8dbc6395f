/** The state of a destination. */
export interface ObservedDestination {
  readonly name: string;
  readonly state: "open" | "paused" | "disabled";
  /** When the longest-waiting delivery became due. */
  readonly oldestWaiting?: Date | undefined;
}

/** The functions of a durable outbox, such as a `DurableOutbox` of `@bookend/core`, that each scrape calls. */
export interface ObservedOutbox {
  /** Returns how many deliveries there are, by state. */
  counts(): Promise<Readonly<Record<string, number>>>;
  /**
   * Returns one page of the destinations, ordered by name; `next` is the cursor of the next page, and undefined on the
   * last one.
   */
  destinations(
    filter: object,
    page: { readonly cursor?: string | undefined; readonly size: number },
  ): Promise<{ readonly destinations: readonly ObservedDestination[]; readonly next?: string | undefined }>;
}
