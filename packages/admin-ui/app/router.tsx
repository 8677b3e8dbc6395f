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

const routeTree = rootRoute.addChildren([homeRoute, bindingsRoute, editorRoute]);

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
