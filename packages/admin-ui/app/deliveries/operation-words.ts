import type { DeliveryOperation } from "../api/deliveries.ts";
import type { Message } from "../i18n/i18n.ts";

/**
 * The messages for each operation on all matching deliveries: the question, the button that confirms, and the notice.
 */
export const operationWords: Readonly<
  Record<DeliveryOperation, { question: Message; answer: Message; done: Message }>
> = {
  replay: {
    question: "{count, plural, one {# delivery} other {# deliveries}} would be sent again.",
    answer: "Send again",
    done: "{number, plural, one {# delivery is} other {# deliveries are}} sent again.",
  },
  cancel: {
    question: "{count, plural, one {# delivery} other {# deliveries}} would be cancelled.",
    answer: "Cancel them",
    done: "{number, plural, one {# delivery was} other {# deliveries were}} cancelled.",
  },
  hasten: {
    question: "{count, plural, one {# delivery} other {# deliveries}} would be tried now.",
    answer: "Try now",
    done: "{number, plural, one {# delivery is} other {# deliveries are}} tried now.",
  },
};
