import { Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ComponentPropsWithRef, useEffect, useRef, useState } from "react";
import type { Binding } from "../api/bindings.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { IconCopy, IconDots, IconEdit, IconTrash } from "../parts/icons.ts";
import type { BindingActions } from "./use-binding-actions.ts";

interface BindingMenuProps {
  readonly binding: Binding;
  readonly actions: BindingActions;
  readonly writes: boolean;
}

/** The menu of a binding; until it is opened, it is a button and nothing else, since a table has one in each row. */
export function BindingMenu(props: BindingMenuProps) {
  const { name } = props.binding;
  const [used, setUsed] = useState(false);
  if (used) return <OpenedMenu {...props} />;
  return <MenuButton name={name} aria-haspopup="menu" aria-expanded={false} onClick={() => setUsed(true)} />;
}

/** Opens when it is mounted. */
function OpenedMenu({ binding, actions, writes }: BindingMenuProps) {
  const { t } = useTranslation();
  const { id, name } = binding;
  const button = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    // it stands in the place of the button that was pressed, and gets the focus back when the menu closes
    button.current?.focus({ preventScroll: true });
    setOpened(true);
  }, []);
  return (
    <Menu
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      withinPortal
      shadow="md"
      transitionProps={{ duration: 0 }}
    >
      <Menu.Target>
        <MenuButton name={name} ref={button} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          renderRoot={(props) => <Link to="/bindings/$id" params={{ id: String(id) }} {...props} />}
          leftSection={<IconEdit size={16} />}
        >
          {writes ? t("Edit") : t("Show")}
        </Menu.Item>
        {writes && (
          <>
            <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => actions.duplicate(binding)}>
              {t("Duplicate")}
            </Menu.Item>
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => actions.remove(binding)}>
              {t("Delete")}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function MenuButton({ name, ...props }: { name: string } & ComponentPropsWithRef<"button">) {
  const { t } = useTranslation();
  return (
    <button type="button" {...props} className="bk-more-button" aria-label={t("More for “{name}”", { name })}>
      <IconDots size={18} />
    </button>
  );
}
