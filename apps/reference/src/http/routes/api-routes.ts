import type { Sessions } from "@bookend/mfa";
import type { Services } from "../../services/services.js";
import { administratorRoles } from "../administrator-roles.js";
import type { Route } from "../route.js";
import { auditRoutes } from "./audit.js";
import { authRoutes } from "./auth.js";
import { containerChangeRoutes } from "./container-changes.js";
import { containerRegistrationRoutes } from "./container-registration.js";
import { containerRoutes } from "./containers.js";
import { federationServerRoutes } from "./federation-servers.js";
import { machineRoutes } from "./machines.js";
import { realmRoutes } from "./realms.js";
import { resolverRoutes } from "./resolvers.js";
import { smsGatewayRoutes } from "./sms-gateways.js";
import { smtpServerRoutes } from "./smtp-servers.js";
import { systemRoutes } from "./system.js";
import { tokenAttributeRoutes } from "./token-attributes.js";
import { tokenChangeRoutes } from "./token-changes.js";
import { tokenEnrolmentRoutes } from "./token-enrolment.js";
import { tokenGroupRoutes } from "./token-groups.js";
import { tokenListRoutes } from "./token-lists.js";
import { tokenTypeCallRoutes } from "./token-type-calls.js";
import { userRoutes } from "./users.js";
import { validateRoutes } from "./validate.js";

/** Returns all routes of the API except those that manage bindings. */
export function apiRoutes({
  domain,
  store,
  channels,
  sessions,
  serverUrl,
  readOnlyAdministrators = [],
}: Pick<Services, "domain" | "store" | "channels"> & {
  readonly sessions: Sessions;
  /** The URL at which clients reach this server. */
  readonly serverUrl: () => string;
  /** Names of administrators who may read but not change anything. @default none */
  readonly readOnlyAdministrators?: readonly string[] | undefined;
}): readonly Route[] {
  return [
    ...authRoutes(domain, sessions, administratorRoles(readOnlyAdministrators)),
    ...tokenListRoutes(domain),
    ...tokenEnrolmentRoutes(domain),
    ...tokenChangeRoutes(domain),
    ...tokenAttributeRoutes(domain),
    ...tokenTypeCallRoutes(domain),
    ...tokenGroupRoutes(domain),
    ...machineRoutes(domain),
    ...containerRoutes(domain),
    ...containerChangeRoutes(domain),
    ...containerRegistrationRoutes(domain, serverUrl),
    ...validateRoutes(domain),
    ...userRoutes(domain),
    ...realmRoutes(domain),
    ...resolverRoutes(domain),
    ...smtpServerRoutes(domain),
    ...smsGatewayRoutes(domain, channels.gatewayServices),
    ...federationServerRoutes(domain),
    ...auditRoutes(store),
    ...systemRoutes(domain),
  ];
}
