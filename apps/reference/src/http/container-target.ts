import type { ContainerRecord, ContainerService } from "@bookend/mfa";
import { isActor, isSelfService, notAllowedError } from "./access.js";
import type { Exchange } from "./route.js";

/**
 * The container that a call acts on, for whoever may; noted for the audit log.
 * A user, who may act on his own only, is told the same of one of somebody else and of one that does not exist. Errors: 905, 601, 303.
 */
export async function oneContainer(containers: ContainerService, exchange: Exchange): Promise<ContainerRecord> {
  const serial = exchange.parameters.required("container_serial");
  const container = await accessibleContainer(containers, serial, exchange);
  noteContainer(exchange, container);
  return container;
}

/** The same of any serial, and without a note. Errors: 601, 303. */
export async function accessibleContainer(
  containers: ContainerService,
  serial: string,
  { actor }: Exchange,
): Promise<ContainerRecord> {
  if (!isSelfService(actor)) return containers.require(serial);
  const container = await containers.find(serial);
  if (!container?.owners.some((owner) => isActor(owner, actor))) {
    throw notAllowedError("Users may act on their own containers only.");
  }
  return container;
}

/** Writes down for the audit log which container a call is about. */
export function noteContainer({ notes }: Exchange, { serial, owners }: ContainerRecord): void {
  notes.containerSerial = serial;
  if (owners.length === 1) notes.user = owners[0];
}
