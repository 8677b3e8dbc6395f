export { binding, deferred, host, type ProbeAction, probe } from "./hosts/probe.js";
export {
  type RecordedContainer,
  type RecordedState,
  type RecordedToken,
  type RecordedWorld,
  worldOf,
} from "./world/recorded-state.js";
export { type RecordedUser, recordedUsers } from "./world/recorded-users.js";
