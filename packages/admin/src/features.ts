import type { AdminOptions, Feature } from "./options.js";

/** The message for each feature that the host does not provide. */
export const missingFeatures: Readonly<Record<Feature, string>> = {
  history: "This server does not keep a history of its bindings.",
  audit: "This server does not provide its audit log.",
  deliveries: "This server does not keep deliveries.",
  calls: "This server does not record calls.",
  preview: "This server does not render previews.",
};

/** Returns the features that the host provides. */
export function featuresOf({
  bookend,
  audit,
  outbox,
  calls,
}: Pick<AdminOptions<never>, "bookend" | "audit" | "outbox" | "calls">): readonly Feature[] {
  const provided: Readonly<Record<Feature, boolean>> = {
    history: bookend.bindings.history !== undefined,
    audit: audit !== undefined,
    deliveries: outbox !== undefined,
    calls: calls !== undefined,
    preview: true,
  };
  return (Object.keys(provided) as Feature[]).filter((feature) => provided[feature]);
}
