import type { AdminOptions, Feature } from "./options.js";

/** The reason why a feature is missing. */
export const missingFeatures: Readonly<Record<Feature, string>> = {
  history: "This server keeps no history of its bindings.",
  audit: "This server offers no audit log here.",
  deliveries: "This server keeps no deliveries.",
  calls: "This server records no calls.",
  preview: "This server renders no previews.",
};

/** The features of the host. */
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
