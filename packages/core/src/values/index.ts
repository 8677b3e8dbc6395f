export { asciiNotes } from "./ascii-notes.js";
export { choice } from "./choice.js";
export {
  type Comparison,
  type CounterComparison,
  comparison,
  counterComparison,
  fulfils,
} from "./comparison.js";
export { countJsonValues } from "./count-json-values.js";
export { type DurationOptions, duration } from "./duration.js";
export { flag, readFlag } from "./flag.js";
export { readInstant } from "./instant.js";
export { type IpSet, ipSet } from "./ip-set.js";
export { type KeyComparison, keyComparison } from "./key-comparison.js";
export { isMailAddress, type MailAddress, parseMailAddress } from "./mail-address.js";
export type { MomentClock } from "./moment.js";
export { type NameSetOptions, nameSet } from "./name-set.js";
export { firstJsonError, type JsonError, parseJson, placeOf } from "./parse-json.js";
export {
  compilePattern,
  type Pattern,
  type PatternMatch,
  type PatternMode,
  pattern,
} from "./pattern.js";
export { type TextOptions, text } from "./text.js";
