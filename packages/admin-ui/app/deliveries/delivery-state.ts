import type { Message, Translate } from "../i18n/i18n.ts";
import { ownValue } from "../parts/own-value.ts";

/** The names of the states of deliveries. */
export const stateNames: Readonly<Record<string, Message>> = {
  waiting: "Waiting",
  sending: "Being sent",
  sent: "Sent",
  dead: "Given up",
  cancelled: "Cancelled",
};

/** Returns the name of a state; the state itself if this page does not know it, because the server is newer. */
export function stateName(state: string, t: Translate): string {
  const name = ownValue(stateNames, state);
  return name ? t(name) : state;
}
