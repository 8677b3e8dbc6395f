import type { ContainerRecord, ContainerService } from "../containers/types.js";
import type { ApiCall } from "./api-call.js";

/**
 * Returns the container that a call acts on, and notes it for the audit log.
 *
 * @throws {MfaError} PARAMETER_INVALID, NOT_FOUND
 */
export async function oneContainer(containers: ContainerService, exchange: ApiCall): Promise<ContainerRecord> {
  const container = await containers.require(exchange.parameters.required("container_serial"));
  noteContainer(exchange, container);
  return container;
}

/** Notes the container of a call for the audit log, and its owner if it has only one. */
export function noteContainer({ notes }: ApiCall, { serial, owners }: ContainerRecord): void {
  notes.containerSerial = serial;
  if (owners.length === 1) notes.user = owners[0];
}
