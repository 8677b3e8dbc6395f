import type { DeliveryFilter } from "@bookend/core";
import { z } from "zod";
import {
  choiceParameter,
  idParameter,
  instantParameter,
  listParameter,
  refuseReversed,
  textParameter,
} from "../read-parameters.js";
import { deliveryStates } from "./delivery-answers.js";

/** Maximum number of ids in a request. */
export const mostIds = 1_000;

/** The parameters that filter deliveries. */
export const deliveryFilterParameters = {
  state: listParameter("state", choiceParameter(deliveryStates), deliveryStates.length).optional(),
  kind: textParameter(201).optional().describe("The kind of delivery, such as UserNotification/mail."),
  destination: textParameter(200).optional(),
  binding: idParameter().optional(),
  call: textParameter().optional(),
  from: instantParameter().optional().describe("Created at this time or later."),
  to: instantParameter().optional().describe("Created before this time."),
};

const filterSchema = z.object(deliveryFilterParameters);

/** Converts the parameters of a filter to the `DeliveryFilter` of an outbox. */
export function deliveryFilter({
  state,
  kind,
  destination,
  binding,
  call,
  from,
  to,
}: z.output<typeof filterSchema>): DeliveryFilter {
  refuseReversed({ from, to });
  return { states: state, kind, destination, bindingId: binding, callId: call, from, to };
}
