import { Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "../i18n/i18n.ts";
import { IconCopy, IconEdit, IconTrash } from "../parts/icons.ts";
import type { BindingMenuProps } from "./binding-menu-props.ts";
import { MenuButton } from "./menu-button.tsx";

/** The menu of a binding, which opens when it is mounted. */
export function OpenedMenu({ binding, actions, writes }: BindingMenuProps) {
  const { t } = useTranslation();
  const { id, name } = binding;
  const button = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    // this button replaces the one that was pressed, and the focus returns to it when the menu closes
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
