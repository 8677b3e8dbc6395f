import type { ComponentType } from "react";
import type { Message } from "../i18n/i18n.ts";
import { IconListDetails } from "../parts/icons.ts";

/** A page of the navigation. */
export interface NavigationPage {
  readonly to: string;
  readonly label: Message;
  readonly icon: ComponentType<{ size?: number; stroke?: number }>;
  /** Without this right the page is not shown. */
  readonly right?: string;
  /** Whether the host offers what the page shows. */
  readonly feature?: (has: (feature: string) => boolean) => boolean;
}

/** All pages, in the order of the navigation. */
export const pages: readonly NavigationPage[] = [
  { to: "/bindings", label: "Bindings", icon: IconListDetails, right: "bindings:read" },
];
