import type { Connection } from "./connection.js";
import type {
  Delivery,
  DeliveryQuery,
  DeliverySelection,
  DeliveryWithAttempts,
  Destination,
  DestinationQuery,
  Selected,
} from "./types.js";

/** A page of deliveries. */
export interface DeliveryPage {
  readonly deliveries: readonly Delivery[];
  /** The cursor of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** Functions for durable deliveries. */
export interface DeliveriesClient {
  /** Lists deliveries, newest first. */
  list(query?: DeliveryQuery): Promise<DeliveryPage>;
  /** Returns a delivery with its attempts. */
  get(id: string): Promise<DeliveryWithAttempts>;
  replay(selection: DeliverySelection): Promise<Selected>;
  cancel(selection: DeliverySelection): Promise<Selected>;
  /** Makes the next attempt of waiting deliveries now. */
  hasten(selection: DeliverySelection): Promise<Selected>;
}

/** A page of destinations. */
export interface DestinationPage {
  readonly destinations: readonly Destination[];
  /** The cursor of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** Functions for the destinations of deliveries. */
export interface DestinationsClient {
  /** Lists destinations by name. */
  list(query?: DestinationQuery): Promise<DestinationPage>;
  /** Resumes a destination that is paused or disabled. */
  resume(name: string): Promise<Destination>;
}

/** Returns the functions for deliveries. */
export function deliveriesClient({ api, answer, value }: Connection): DeliveriesClient {
  return {
    async list(query = {}) {
      const { value: deliveries, detail } = await answer(api.GET("/deliveries", { params: { query } }));
      return { deliveries, next: detail.next };
    },
    get: (delivery) => value(api.GET("/deliveries/{delivery}", { params: { path: { delivery } } })),
    replay: (body) => value(api.POST("/deliveries/replay", { body })),
    cancel: (body) => value(api.POST("/deliveries/cancel", { body })),
    hasten: (body) => value(api.POST("/deliveries/hasten", { body })),
  };
}

/** Returns the functions for destinations. */
export function destinationsClient({ api, answer, value }: Connection): DestinationsClient {
  return {
    async list(query = {}) {
      const { value: destinations, detail } = await answer(api.GET("/destinations", { params: { query } }));
      return { destinations, next: detail.next };
    },
    resume: (destination) =>
      value(api.POST("/destinations/{destination}/resume", { params: { path: { destination } }, body: {} })),
  };
}
