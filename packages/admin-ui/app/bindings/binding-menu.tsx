import { ActionIcon, Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Binding } from "../api/bindings.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { IconCopy, IconDots, IconEdit, IconTrash } from "../parts/icons.ts";
import type { BindingActions } from "./use-binding-actions.ts";

/** The menu of a binding. */
export function BindingMenu({
  binding,
  actions,
  writes,
}: {
  binding: Binding;
  actions: BindingActions;
  writes: boolean;
}) {
  const { t } = useTranslation();
  const { id, name } = binding;
  return (
    <Menu position="bottom-end" withinPortal shadow="md" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("More for “{name}”", { name })}>
          <IconDots size={18} />
        </ActionIcon>
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
