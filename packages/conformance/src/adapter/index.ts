export type {
  AdapterCallbacks,
  AdapterRoute,
  AdapterServerOptions,
  HandlerAnswer,
  ReportedCall,
  SeenRequest,
  StartAdapterServer,
  StartedServer,
} from "./adapter-subject.js";
export { adapterTests } from "./adapter-tests.js";
