import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { BindingsPage } from "./bindings/bindings-page.tsx";
import { readBindingFilters } from "./bindings/filter-bindings.ts";
import { config } from "./config.ts";
import { NotFoundPage } from "./shell/not-found-page.tsx";
import { Shell } from "./shell/shell.tsx";

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
  component: BindingsPage,
  validateSearch: readBindingFilters,
});

const editorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/bindings/$id",
  component: lazyRouteComponent(() => import("./editor/editor-page.tsx"), "EditorPage"),
});

const optional = (value: unknown) => (typeof value === "string" && value !== "" ? value.slice(0, 200) : undefined);
const defined = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };

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

const routeTree = rootRoute.addChildren([
  homeRoute,
  bindingsRoute,
  editorRoute,
  explainRoute,
  eventsRoute,
  eventRoute,
  transferRoute,
  outboxRoute,
]);

/** The pages, below the path that the UI is mounted at. */
export const router = createRouter({
  routeTree,
  basepath: config.basePath || "/",
  defaultPreload: false,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
