import { Command, Option } from "@commander-js/extra-typings";
import { bindingSchema } from "../files/binding-schema.js";
import { sortedYaml, writeBindings } from "../files/write-yaml.js";
import { findBinding, findBindings, idOfBinding } from "../find-bindings.js";
import { visible } from "../output/table.js";
import type { BindingItem, Parameters } from "../target/target.js";
import { toJson } from "../unprintable.js";
import { type World, withTarget } from "../world.js";
import { count, integer, unknownName } from "./arguments.js";

/** Creates the command `list`. */
export function listCommand(world: World) {
  return new Command("list")
    .description("Lists bindings in the order in which they run.")
    .option("--search <words>", "only bindings whose fields contain all of these words")
    .option("--event <name>", "only bindings of this event")
    .option("--handler <id>", "only bindings of this handler module")
    .option("--action <name>", "only bindings with this action")
    .addOption(
      new Option("--position <position>", "only bindings at this position of the call").choices([
        "pre",
        "post",
      ] as const),
    )
    .option("--active", "only enabled bindings")
    .option("--inactive", "only disabled bindings")
    .option("--problems", "only bindings with errors, which cannot run")
    .option("--sort <field>", "name, event, ordering, …; -name sorts in descending order")
    .action(async ({ handler, active, inactive, ...options }, command) =>
      withTarget(world, command, async (target, printer) => {
        const on = active === inactive ? undefined : active === true;
        const { search, event, action, position, problems, sort } = options;
        const filter = { search, event, action, position, problems, sort, handlermodule: handler, active: on };
        const bindings = await target.list(filter);
        printer.result(bindings, () =>
          bindings.length === 0
            ? "No bindings.\n"
            : printer.table(
                ["ID", "NAME", "ON", "EVENT", "POSITION", "ORDER", "HANDLER", "ACTION"],
                bindings.map(rowOf),
              ),
        );
      }),
    );
}

function rowOf({ id, name, active, event, position, ordering, handlermodule, action }: BindingItem) {
  return [id, name, active ? "yes" : "no", event.join(", "), position, ordering, handlermodule, action];
}

/** Creates the command `show`. */
export function showCommand(world: World) {
  return new Command("show")
    .description("Shows a binding and its problems.")
    .argument("<binding>", "its name or its id")
    .action(async (reference, _options, command) =>
      withTarget(world, command, async (target, printer) => {
        const binding = await findBinding(target, reference);
        const { problems } = await target.check({ id: binding.id });
        printer.result({ ...binding, problems }, () => {
          const { id, revision, ...fields } = binding;
          const lines = problems.map(({ severity, message }) => `# ${severity}: ${visible(message)}\n`);
          return `# id ${id}, revision ${revision}\n${lines.join("")}${writeBindings([fields]).split("\n").slice(1).join("\n")}`;
        });
      }),
    );
}

/** Creates the commands `enable` and `disable`. */
export function switchCommand(world: World, name: "enable" | "disable") {
  const active = name === "enable";
  return new Command(name)
    .description(
      active ? "Checks bindings and enables them: either all or none." : "Disables bindings: either all or none.",
    )
    .argument("<binding...>", "names or ids")
    .action(async (references, _options, command) =>
      withTarget(world, command, async (target, printer) => {
        const found = await findBindings(target, references);
        const toSwitch = found.filter((binding) => binding.active !== active);
        if (toSwitch.length > 0) {
          await target.setActive(
            toSwitch.map(({ id }) => id),
            active,
          );
        }
        printer.note(`${count(toSwitch.length, "binding")} ${active ? "enabled" : "disabled"}.`);
      }),
    );
}

/** Creates the command `delete`. */
export function deleteCommand(world: World) {
  return new Command("delete")
    .description("Deletes bindings: either all or none.")
    .argument("<binding...>", "names or ids")
    .action(async (references, _options, command) =>
      withTarget(world, command, async (target, printer) => {
        const found = await findBindings(target, references);
        await target.remove(found.map(({ id }) => id));
        printer.note(`${count(found.length, "binding")} deleted.`);
      }),
    );
}

/** Creates the command `copy`. */
export function copyCommand(world: World) {
  return new Command("copy")
    .description("Copies a binding. The copy is disabled.")
    .argument("<binding>", "its name or its id")
    .argument("[name]", "the name of the copy; by default, the server chooses one")
    .action(async (reference, name, _options, command) =>
      withTarget(world, command, async (target, printer) => {
        const { id } = await findBinding(target, reference);
        const copied = await target.copy(id, name);
        printer.result(copied, () => `${copied.id}\n`);
        printer.note(`The copy is called ${JSON.stringify(copied.name)}.`);
      }),
    );
}

/** Creates the command `history`. */
export function historyCommand(world: World) {
  return new Command("history")
    .description("Shows who changed bindings, when and how.")
    .argument("[binding]", "its name or its id; for a deleted binding, its id")
    .option("--limit <number>", "maximum number of entries", integer("--limit", 1, 100), 20)
    .action(async (reference, { limit }, command) =>
      withTarget(world, command, async (target, printer) => {
        const id = reference === undefined ? undefined : await idOfBinding(target, reference);
        const entries = await target.history(id, limit);
        printer.result(entries, () =>
          printer.table(
            ["ENTRY", "TIME", "OPERATION", "BY", "FROM", "BINDINGS"],
            entries.map(({ entry, time, operation, actor, client, bindings }) => [
              String(entry),
              String(time),
              String(operation),
              actorOf(actor),
              String(client ?? ""),
              (bindings as readonly Parameters[]).map(({ name }) => name).join(", "),
            ]),
          ),
        );
      }),
    );
}

function actorOf(actor: unknown): string {
  if (typeof actor !== "object" || actor === null) return String(actor ?? "");
  const { username, name, realm } = actor as Parameters;
  return [username ?? name, realm].filter((part) => part !== undefined && part !== "").join("@");
}

/** Creates the command `handlers`. */
export function handlersCommand(world: World) {
  return new Command("handlers")
    .description("Lists handler modules and their actions, or describes one.")
    .argument("[handler]", "its id")
    .option("--schema", "print a JSON Schema for binding files, for editors")
    .action(async (id, { schema = false }, command) =>
      withTarget(world, command, async (target, printer) => {
        const all = await target.handlers();
        if (schema) {
          world.io.stdout.write(toJson(bindingSchema(all)));
          return;
        }
        const chosen = id === undefined ? all : all.filter((handler) => handler.id === id);
        if (chosen.length === 0 && id !== undefined) {
          throw unknownName(
            "handler module",
            id,
            all.map((handler) => String(handler.id)),
          );
        }
        printer.result(id === undefined ? chosen : chosen[0], () =>
          id === undefined
            ? printer.table(
                ["HANDLER", "POSITIONS", "ACTIONS", "DESCRIPTION"],
                chosen.map((handler) => [
                  String(handler.id),
                  (handler.positions as readonly string[]).join(", "),
                  namesOf(handler.actions).join(", "),
                  String(handler.description ?? ""),
                ]),
              )
            : sortedYaml(chosen[0]),
        );
      }),
    );
}

function namesOf(actions: unknown): readonly string[] {
  if (Array.isArray(actions)) return actions.map((action) => String((action as Parameters).name ?? action));
  return typeof actions === "object" && actions !== null ? Object.keys(actions) : [];
}
