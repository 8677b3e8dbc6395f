import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { readAuditSearch } from "./audit/audit-search.ts";
import { BindingsPage } from "./bindings/bindings-page.tsx";
import { readBindingFilters } from "./bindings/filter-bindings.ts";
import { config } from "./config.ts";
import { ErrorPage } from "./shell/error-page.tsx";
import { NotFoundPage } from "./shell/not-found-page.tsx";
import { Shell } from "./shell/shell.tsx";

const positive = (value: unknown) =>
  Number.isSafeInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined;
// the router has already parsed a value of digits as a number
const optional = (value: unknown) =>
  (typeof value === "string" && value !== "") || typeof value === "number" ? String(value).slice(0, 200) : undefined;
const defined = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });

export const bindingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/bindings",
  validateSearch: readBindingFilters,
  component: BindingsPage,
});

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/bindings", replace: true });
  },
});

const editorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/bindings/$id",
  // initial values for the form of a new binding
  validateSearch: ({ event, position }: Record<string, unknown>) =>
    defined({ event: optional(event), position: position === "pre" || position === "post" ? position : undefined }),
  component: lazyRouteComponent(() => import("./editor/editor-page.tsx"), "EditorPage"),
});

const explainRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/explain",
  validateSearch: ({ event, call }: Record<string, unknown>) =>
    defined({ event: optional(event), call: optional(call) }),
  component: lazyRouteComponent(() => import("./explain/explain-page.tsx"), "ExplainPage"),
});

const eventsPage = lazyRouteComponent(() => import("./events/event-page.tsx"), "EventPage");
const eventsRoute = createRoute({ getParentRoute: () => rootRoute, path: "/events", component: eventsPage });
const eventRoute = createRoute({ getParentRoute: () => rootRoute, path: "/events/$event", component: eventsPage });

const transferRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/transfer",
  component: lazyRouteComponent(() => import("./transfer/transfer-page.tsx"), "TransferPage"),
});

const outboxKinds = ["mails", "sms", "hooks"] as const;
const outboxRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/outbox",
  validateSearch: ({ kind }: Record<string, unknown>) => defined({ kind: outboxKinds.find((one) => one === kind) }),
  component: lazyRouteComponent(() => import("./outbox/outbox-page.tsx"), "OutboxPage"),
});

const historyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/history",
  validateSearch: ({ binding, page }: Record<string, unknown>) =>
    defined({ binding: positive(binding), page: positive(page) }),
  component: lazyRouteComponent(() => import("./history/history-page.tsx"), "HistoryPage"),
});

const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/audit",
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import("./audit/audit-page.tsx"), "AuditPage"),
});

const deliveriesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/deliveries",
  validateSearch: ({ state, destination, delivery, call }: Record<string, unknown>) =>
    defined({
      state: optional(state),
      destination: optional(destination),
      delivery: optional(delivery),
      call: optional(call),
    }),
  component: lazyRouteComponent(() => import("./deliveries/deliveries-page.tsx"), "DeliveriesPage"),
});

const overviewPage = lazyRouteComponent(() => import("./overview/overview-page.tsx"), "OverviewPage");
const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/overview",
  validateSearch: ({ hours }: Record<string, unknown>) => defined({ hours: positive(hours) }),
  component: overviewPage,
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  bindingsRoute,
  editorRoute,
  explainRoute,
  eventsRoute,
  eventRoute,
  transferRoute,
  outboxRoute,
  historyRoute,
  auditRoute,
  deliveriesRoute,
  overviewRoute,
]);

/** The pages, below the path at which the UI is mounted. */
export const router = createRouter({
  routeTree,
  basepath: config.basePath || "/",
  defaultPreload: false,
  defaultErrorComponent: ErrorPage,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
