export type { ConformanceTest } from "./conformance-test.js";
export { type HttpPeer, type HttpPeerResponse, type ReceivedRequest, startHttpPeer } from "./fakes/http-peer.js";
export type { Peer } from "./fakes/peer.js";
export { type SinkMail, type SmtpSink, startSmtpSink } from "./fakes/smtp-sink.js";
export { type TestClock, testClock } from "./fakes/test-clock.js";
export {
  type TestDirectories,
  type TestDirectoriesOptions,
  testDirectories,
  testToken,
  testUser,
} from "./fakes/test-directories.js";
export type {
  ActionSample,
  FromPeers,
  HandlerSubject,
  MakeHandler,
  Peers,
  TestHost,
} from "./handler/handler-subject.js";
export { handlerTests } from "./handler/handler-tests.js";
export { deliveryEngineTests, type OpenedEngine } from "./outbox/engine-tests.js";
export { type OpenedOutbox, outboxTests } from "./outbox/outbox-tests.js";
export { auditSinkTests, type OpenedAudit, type ReadAuditEntry } from "./stores/audit-sink-tests.js";
export { bindingStoreTests, type OpenedBindings } from "./stores/binding-store-tests.js";
export { counterStoreTests, type OpenedCounters, type TestedCounters } from "./stores/counter-store-tests.js";
export type { Opened } from "./stores/store-tests.js";
