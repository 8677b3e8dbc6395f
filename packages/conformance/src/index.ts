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
