import type { ComponentType } from "react";
import type { Feature, Right } from "../api/rights.ts";
import { config } from "../config.ts";
import type { Message } from "../i18n/i18n.ts";
import {
  IconChartBar,
  IconHelp,
  IconHistory,
  IconListDetails,
  IconMail,
  IconRoute,
  IconSend,
  IconShieldCheck,
  IconTransfer,
} from "../parts/icons.ts";

/** A page of the navigation. */
export interface NavigationPage {
  readonly to: string;
  readonly label: Message;
  readonly icon: ComponentType<{ size?: number; stroke?: number }>;
  /** The right without which the page is not shown. */
  readonly right?: Right;
  /** Returns whether the host provides the features that the page needs. Absent if it needs none. */
  readonly feature?: (has: (feature: Feature) => boolean) => boolean;
}

/** All pages, in the order of the navigation. */
export const pages: readonly NavigationPage[] = [
  { to: "/overview", label: "Overview", icon: IconChartBar, right: "bindings:read" },
  { to: "/bindings", label: "Bindings", icon: IconListDetails, right: "bindings:read" },
  { to: "/events", label: "Events", icon: IconRoute, right: "bindings:read" },
  { to: "/explain", label: "Explain", icon: IconHelp, right: "calls:explain" },
  {
    to: "/history",
    label: "History",
    icon: IconHistory,
    right: "bindings:read",
    feature: (has) => has("history"),
  },
  { to: "/audit", label: "Audit log", icon: IconShieldCheck, right: "audit:read", feature: (has) => has("audit") },
  {
    to: "/deliveries",
    label: "Deliveries",
    icon: IconSend,
    right: "deliveries:read",
    feature: (has) => has("deliveries"),
  },
  { to: "/transfer", label: "Import and export", icon: IconTransfer, right: "bindings:read" },
  { to: "/outbox", label: "Outbox", icon: IconMail, feature: () => config.outboxPath !== undefined },
];
