/** Whether the action runs before or after the call is processed. */
export type Position = "pre" | "post";

/** Whether deliveries are sent during the call, or stored and sent by the host's outbox. */
export type DeliveryMode = "inline" | "durable";

/** A binding as an administrator writes it: an action bound to events, under conditions. */
export interface Binding {
  /** Unique, assigned by the store. Bindings with the same ordering run by ascending id. */
  readonly id: number;
  /** Assigned by the store: 1 for a new binding, incremented by each change. */
  readonly revision: number;
  /** Unique among all bindings. */
  readonly name: string;
  readonly active: boolean;
  /** Names of the events. */
  readonly events: readonly string[];
  readonly position: Position;
  /** Bindings run in ascending order; privacyIDEA's "priority". */
  readonly ordering: number;
  /** Id of the handler, such as `UserNotification`. */
  readonly handler: string;
  readonly action: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The configured values, by condition name. All conditions must be fulfilled. */
  readonly conditions: Readonly<Record<string, unknown>>;
  /** Whether a failing action makes the call fail; null for the handler's default. */
  readonly abortOnError: boolean | null;
  readonly delivery: DeliveryMode;
}

/** A binding before the store assigns an id; fields with a default may be omitted. */
export interface BindingInput {
  readonly name: string;
  readonly active?: boolean | undefined;
  readonly events: readonly string[];
  /** Default `post`. */
  readonly position?: Position | undefined;
  /** Default 0. */
  readonly ordering?: number | undefined;
  readonly handler: string;
  readonly action: string;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  readonly conditions?: Readonly<Record<string, unknown>> | undefined;
  readonly abortOnError?: boolean | null | undefined;
  /** Default `inline`. */
  readonly delivery?: DeliveryMode | undefined;
}

/** A binding without the fields that the store adds: the input of a store. */
export type NewBinding = Omit<Binding, "id" | "revision">;

/** Fills in the defaults of a binding. */
export function completeBinding(input: BindingInput): NewBinding {
  return {
    name: input.name,
    active: input.active ?? true,
    events: [...input.events],
    position: input.position ?? "post",
    ordering: input.ordering ?? 0,
    handler: input.handler,
    action: input.action,
    options: { ...input.options },
    conditions: { ...input.conditions },
    abortOnError: input.abortOnError ?? null,
    delivery: input.delivery ?? "inline",
  };
}
