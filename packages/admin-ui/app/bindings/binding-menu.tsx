import { lazy, Suspense, useState } from "react";
import type { BindingMenuProps } from "./binding-menu-props.ts";
import { MenuButton } from "./menu-button.tsx";

const OpenedMenu = lazy(() => loadMenu().then(({ OpenedMenu }) => ({ default: OpenedMenu })));

/** Loads the script of the menus. The first rows are shown without waiting for it. */
export function loadMenu(): Promise<typeof import("./opened-menu.tsx")> {
  return import("./opened-menu.tsx");
}

/** The menu of a binding. Until it is opened, it is only a button, since a long table contains a menu in each row. */
export function BindingMenu(props: BindingMenuProps) {
  const { name } = props.binding;
  const [used, setUsed] = useState(false);
  const button = <MenuButton name={name} aria-haspopup="menu" aria-expanded={false} onClick={() => setUsed(true)} />;
  return used ? (
    <Suspense fallback={button}>
      <OpenedMenu {...props} />
    </Suspense>
  ) : (
    button
  );
}
