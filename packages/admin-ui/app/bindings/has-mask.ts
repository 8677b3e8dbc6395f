/** Returns whether part of an option is hidden: the API shows `***` instead, and refuses to store that. */
export function hasMask(value: unknown): boolean {
  if (typeof value === "string") return value.includes("***");
  return typeof value === "object" && value !== null && Object.values(value).some(hasMask);
}
