export { binding, deferred, host, type ProbeAction, probe } from "./hosts/probe.js";
export { describeRecordedCases, type RecordedSuite } from "./recorded/describe-recorded-cases.js";
export { type Deviation, type RecordedCase, readDeviations, readRecordedCases } from "./recorded/recorded-case.js";
export {
  asRecorded,
  type PreparedCase,
  type RecordedEnd,
  type RecordedRun,
  runRecordedCase,
} from "./recorded/run-recorded-case.js";
export { turnsDuring } from "./turns-during.js";
export {
  type RecordedContainer,
  type RecordedState,
  type RecordedToken,
  type RecordedWorld,
  worldOf,
} from "./world/recorded-state.js";
export { type RecordedUser, recordedUsers } from "./world/recorded-users.js";
