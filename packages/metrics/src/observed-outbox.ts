/** A destination as an outbox shows it. */
export interface ObservedDestination {
  readonly name: string;
  readonly state: "open" | "paused" | "disabled";
  /** When the delivery that waits longest was due. */
  readonly oldestWaiting?: Date | undefined;
}

/** The part of a durable outbox that each scrape reads; `DurableOutbox` of `@bookend/core` fits. */
export interface ObservedOutbox {
  /** How many deliveries there are, by state. */
  counts(): Promise<Readonly<Record<string, number>>>;
  destinations(): Promise<readonly ObservedDestination[]>;
}
