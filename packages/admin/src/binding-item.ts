import { type Binding, type Registry, redactOptions } from "@bookend/core";

/** A binding as privacyIDEA's `GET /event/` shows it. */
export interface BindingItem {
  readonly id: number;
  /** Increases with each change. Send it back to make sure that the binding has not been changed since. */
  readonly revision: number;
  readonly name: string;
  readonly active: boolean;
  readonly event: readonly string[];
  readonly handlermodule: string;
  readonly action: string;
  readonly position: string;
  readonly ordering: number;
  /** The default of the handler, unless the binding sets its own value. */
  readonly abort_on_error: boolean;
  readonly conditions: Readonly<Record<string, unknown>>;
  /** With `***` for secrets, and for every option of an action that is not registered. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Present only if it is `durable`: privacyIDEA's bindings do not have this field. */
  readonly delivery?: string;
}

/** Returns a binding as the API shows it. */
export function itemOf(binding: Binding, registry: Registry): BindingItem {
  const { handler, action, position, ordering, abortOnError, conditions, delivery } = binding;
  return {
    id: binding.id,
    revision: binding.revision,
    name: binding.name,
    active: binding.active,
    event: binding.events,
    handlermodule: handler,
    action,
    position,
    ordering,
    abort_on_error: abortOnError ?? registry.handlers.get(handler)?.abortOnError ?? false,
    conditions,
    options: redactOptions(registry.action(handler, action), binding.options),
    ...(delivery !== "inline" && { delivery }),
  };
}
