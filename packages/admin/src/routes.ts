import { asyncApiDocument } from "./asyncapi/asyncapi-document.js";
import { originOf } from "./change-origin.js";
import { deliveryRoutes } from "./deliveries/delivery-routes.js";
import { featuresOf } from "./features.js";
import { openApiDocument } from "./openapi/openapi-document.js";
import type { AdminOptions } from "./options.js";
import type { Route } from "./route.js";
import { auditRoutes } from "./routes/audit-routes.js";
import { bindingRoutes } from "./routes/binding-routes.js";
import { callRoutes } from "./routes/call-routes.js";
import { describeRoutes } from "./routes/describe-routes.js";
import { historyRoutes } from "./routes/history-routes.js";
import { type IsAllowed, ownRoutes } from "./routes/own-routes.js";
import { privacyideaRoutes } from "./routes/privacyidea-routes.js";

/** Creates all routes of the API, including those of features that the host does not provide. */
export function createRoutes(options: AdminOptions<unknown>, isAllowed: IsAllowed): readonly Route[] {
  const origin = originOf(options);
  let document: object | undefined;
  const openapi = () => {
    document ??= openApiDocument(routes, { basePath: options.basePath ?? "/event" });
    return document;
  };
  const routes: readonly Route[] = [
    ...privacyideaRoutes(options, origin),
    ...bindingRoutes(options, origin),
    ...describeRoutes(options),
    ...deliveryRoutes(options),
    ...historyRoutes(options, origin),
    ...auditRoutes(options, isAllowed),
    ...callRoutes(options),
    ...ownRoutes(options, isAllowed, featuresOf(options), {
      openapi,
      asyncapi: () => asyncApiDocument(options.bookend),
    }),
  ];
  return routes;
}
