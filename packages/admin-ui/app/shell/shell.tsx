import { AppShell, Burger, Button, NavLink, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useRights } from "../api/rights.ts";
import { config } from "../config.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { IconLogout } from "../parts/icons.ts";
import { useNotify } from "../parts/notices.tsx";
import { Denied, Failed, Loading } from "../parts/states.tsx";
import { signOut } from "../session.ts";
import { Logo } from "./logo.tsx";
import { pages } from "./pages.tsx";
import { Preferences } from "./preferences.tsx";

/** Header, navigation, and the page. */
export function Shell() {
  const { t } = useTranslation();
  const notify = useNotify();
  const { query, user, may, has } = useRights();
  const [open, { toggle, close }] = useDisclosure(false);
  // relative to the path at which the UI is mounted, which the router removes
  const path = useRouterState({ select: (state) => state.location.pathname });
  // the page that is shown: the previous one stays until the next one is loaded
  const shownPath = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (path) close();
  }, [path, close]);
  useEffect(() => {
    if (shownPath === undefined) return;
    // screen readers start at the beginning of a new page; for the first page they do so by themselves
    if (first.current) first.current = false;
    // an input that changed the address, and is still there, keeps the focus
    else if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [shownPath]);
  // the rights are checked again here, since an address may lead to a page that the navigation does not show
  const page = pages.find(({ to }) => path === to || path.startsWith(`${to}/`));
  const lacking = page?.right !== undefined && !may(page.right) ? page.right : undefined;
  const denied = lacking !== undefined || page?.feature?.(has) === false;
  const canSignOut = config.login.type === "token" || config.login.logoutUrl !== undefined;
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 216, breakpoint: "sm", collapsed: { mobile: !open } }}
      padding={0}
      transitionDuration={0}
    >
      <AppShell.Header className="bk-header">
        <a className="bk-skip" href="#bk-main">
          {t("Skip to the content")}
        </a>
        <Burger
          opened={open}
          onClick={toggle}
          hiddenFrom="sm"
          size="sm"
          aria-label={open ? t("Close the navigation") : t("Open the navigation")}
        />
        <Link to="/" className="bk-brand" aria-label={config.title}>
          <Logo />
          <span>{config.title}</span>
        </Link>
        <div className="bk-header-end">
          {query.isSuccess && (
            <Text size="sm" c="dimmed" visibleFrom="sm">
              {[
                user?.realm ? `${user.name}@${user.realm}` : user?.name,
                may("bindings:write") ? undefined : t("read only"),
              ]
                .filter(Boolean)
                .join(" · ")}
            </Text>
          )}
          <Preferences />
          {canSignOut && (
            <Button
              variant="subtle"
              color="gray"
              size="compact-sm"
              aria-label={t("Sign out")}
              leftSection={<IconLogout size={16} />}
              onClick={() =>
                void signOut().catch((error: Error) =>
                  notify.failed(new Error(t("You are still signed in: {reason}", { reason: error.message }))),
                )
              }
            >
              <span className="bk-wide-only">{t("Sign out")}</span>
            </Button>
          )}
        </div>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t("Pages")}>
        {pages
          .filter(({ right, feature }) => (!right || may(right)) && (!feature || feature(has)))
          .map(({ to, label, icon: Icon }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={t(label)}
              leftSection={<Icon size={18} stroke={1.7} />}
              active={path === to || path.startsWith(`${to}/`)}
              onClick={close}
            />
          ))}
      </AppShell.Navbar>
      <AppShell.Main id="bk-main" ref={main} tabIndex={-1} className="bk-main">
        {query.isPending && <Loading />}
        {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
        {query.isSuccess && (denied ? <Denied right={lacking} /> : <Outlet />)}
      </AppShell.Main>
    </AppShell>
  );
}
