import { type Domain, noteContainer, oneContainer, ownContainer, users } from "@bookend/mfa";
import type { Route } from "../route.js";

/**
 * Returns the routes for linking a smartphone to a container. `serverUrl` is the URL at which smartphones reach this
 * server.
 */
export function containerRegistrationRoutes(
  { containers }: Pick<Domain, "containers">,
  serverUrl: () => string,
): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/container/register/initialize",
      event: "container_register_initialize",
      access: users(ownContainer),
      async run(exchange) {
        const { serial } = await oneContainer(containers, exchange);
        return { value: await containers.registration.initialize(serial, { serverUrl: serverUrl() }) };
      },
    },
    {
      method: "POST",
      path: "/container/register/finalize",
      event: "container_register_finalize",
      // no login is required, since the signature identifies the smartphone
      access: "anyone",
      async run(exchange) {
        const { parameters } = exchange;
        const container = await containers.require(parameters.required("container_serial"));
        noteContainer(exchange, container);
        const registered = await containers.registration.finalize(container.serial, {
          publicKey: parameters.required("public_client_key"),
          signature: parameters.required("signature"),
          deviceBrand: parameters.text("device_brand"),
          deviceModel: parameters.text("device_model"),
        });
        return { value: { ...registered, policies: {} } };
      },
    },
    {
      method: "POST",
      path: "/container/register/:container_serial/terminate",
      event: "container_unregister",
      removes: true,
      access: users(ownContainer),
      async run(exchange) {
        const { serial } = await oneContainer(containers, exchange);
        const success = await containers.registration.terminate(serial);
        exchange.notes.success = success;
        return { value: { success } };
      },
    },
  ];
}
