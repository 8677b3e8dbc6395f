import type { Chooser } from "@bookend/test-kit/chooser";
import type { ContainerFilter, ContainerRecord, Domain, TokenFilter, TokenRecord } from "../src/index.js";

const words = ["", "blue", "Blue car", "a_b", "100%", "a\\b", "car", "O'Neil"] as const;
const types = ["hotp", "totp", "spass", "registration"] as const;
const containerTypes = ["generic", "smartphone", "yubikey"] as const;
const owners = [
  undefined,
  { login: "alice", realm: "realm1" },
  { login: "bob", realm: "realm1" },
  { login: "dave", realm: "realm2" },
];
const states = ["active", "disabled", "lost", "damaged"] as const;

/** Memberships of a token in addition to its record. */
export interface Places {
  readonly containerOf: ReadonlyMap<string, string>;
  readonly groupsOf: ReadonlyMap<string, readonly string[]>;
}

/** Adds random containers, then random tokens, some of them in the containers and in groups. */
export async function addRandomObjects(
  { tokens, containers, tokenGroups }: Pick<Domain, "tokens" | "containers" | "tokenGroups">,
  { pick, next }: Chooser,
  numbers: { readonly tokens: number; readonly containers: number },
): Promise<Places> {
  const containerOf = new Map<string, string>();
  const groupsOf = new Map<string, string[]>();
  const groups = ["blue", "Blue_Car", "red"];
  for (const group of groups) await tokenGroups.save(group, "");
  for (let index = 0; index < numbers.containers; index += 1) {
    const serial = `${pick(["CONT", "smph", "Y_"])}${index}`;
    await containers.create({
      serial,
      type: pick(containerTypes),
      description: pick(words),
      user: pick(owners),
      realms: pick([[], ["realm1"], ["realm2"], ["realm1", "realm2"]]),
    });
    await containers.setStates(serial, pick([["active"], ["disabled"], ["active", "lost"], ["damaged", "lost"]]));
    if (next() < 0.5) await containers.setInfo(serial, pick(["colour", "Colour", "size"]), pick(words));
  }
  const all = (await containers.page({}, { pageSize: 500 })).containers;
  for (let index = 0; index < numbers.tokens; index += 1) {
    const type = pick(types);
    const serial = `${pick(["OATH", "oath", "TO_TP", "PI-"])}${index}`;
    const container = next() < 0.3 ? pick(all)?.serial : undefined;
    await tokens.init(
      {
        type,
        serial,
        ...((type === "hotp" || type === "totp") && { genkey: 1, ...(next() < 0.3 && { "2stepinit": 1 }) }),
        description: pick(words),
        tokenrealm: pick(["", "", "realm1", "realm2", "realm1,realm2"]),
        ...(next() < 0.6 && { tokeninfo: { [pick(["colour", "Colour", "size"])]: pick(words) } }),
        ...(container !== undefined && { container_serial: container }),
      },
      pick(owners),
    );
    if (container !== undefined) containerOf.set(serial, container);
    if (next() < 0.3) await tokens.disable({ serial });
    const member = groups.filter(() => next() < 0.2);
    for (const group of member) await tokenGroups.add(serial, group);
    groupsOf.set(serial, member);
  }
  return { containerOf, groupsOf };
}

/** Returns whether a value matches a pattern with `*`, according to a regular expression. */
function fits(value: string | undefined, pattern: string): boolean {
  const source = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return value !== undefined && new RegExp(`^${source.join("[^]*")}$`, "i").test(value);
}

const fitsAny = (values: readonly (string | undefined)[], patterns: string) =>
  patterns.split(",").some((pattern) => values.some((value) => fits(value, pattern.trim())));

const isOrFits = (values: readonly (string | undefined)[], pattern: string) =>
  values.some((value) => (pattern.includes("*") ? fits(value, pattern) : value === pattern));

const hasInfo = (info: Readonly<Record<string, string>>, key: string | undefined, pattern = "*") =>
  Object.entries(info).some(([name, value]) => (key === undefined || name === key) && fits(value, pattern));

/** Returns whether a token matches a filter, judged only by its record. */
export function passesToken(token: TokenRecord, filter: TokenFilter, { containerOf, groupsOf }: Places): boolean {
  const { owner } = token;
  const container = containerOf.get(token.serial);
  const tests: { readonly [K in keyof TokenFilter]-?: (wanted: NonNullable<TokenFilter[K]>) => boolean } = {
    serial: (wanted) => fits(token.serial, wanted),
    type: (wanted) => fitsAny([token.type], wanted),
    user: ({ login, realm }) => owner?.login === login && owner.realm === realm,
    userId: (wanted) => isOrFits([owner?.uid], wanted),
    realm: (wanted) => fitsAny(token.realms, wanted),
    resolver: (wanted) => isOrFits([owner?.resolver], wanted),
    assigned: (wanted) => (owner !== null) === wanted,
    active: (wanted) => token.active === wanted,
    description: (wanted) => fits(token.description, wanted),
    rolloutState: (wanted) => fits(token.rolloutState, wanted),
    containerSerial: (wanted) => (wanted === "" ? container === undefined : fits(container, wanted)),
    group: (wanted) => fitsAny(groupsOf.get(token.serial) ?? [], wanted),
    infoKey: (wanted) => hasInfo(token.info, wanted, filter.infoValue),
    infoValue: (wanted) => hasInfo(token.info, filter.infoKey, wanted),
  };
  return passes(tests, filter);
}

/** Returns whether a container matches a filter, judged only by its record. */
export function passesContainer(container: ContainerRecord, filter: ContainerFilter): boolean {
  const { owners: own } = container;
  const tests: { readonly [K in keyof ContainerFilter]-?: (wanted: NonNullable<ContainerFilter[K]>) => boolean } = {
    serial: (wanted) => fits(container.serial, wanted),
    type: (wanted) => fitsAny([container.type], wanted),
    description: (wanted) => fits(container.description, wanted),
    user: ({ login, realm }) => own.some((owner) => owner.login === login && owner.realm === realm),
    userId: (wanted) => isOrFits(ids(own, "uid"), wanted),
    resolver: (wanted) => isOrFits(ids(own, "resolver"), wanted),
    assigned: (wanted) => own.length > 0 === wanted,
    realm: (wanted) => fitsAny(container.realms, wanted),
    state: (wanted) => fitsAny(container.states, wanted),
    tokenSerial: (wanted) => container.tokens.some((serial) => fits(serial, wanted)),
    infoKey: (wanted) => hasInfo(container.info, wanted, filter.infoValue),
    infoValue: (wanted) => hasInfo(container.info, filter.infoKey, wanted),
  };
  return passes(tests, filter);
}

const ids = <K extends "uid" | "resolver">(from: readonly Readonly<Record<K, string>>[], key: K) =>
  from.map((each) => each[key]);

function passes<F extends object>(tests: { readonly [K in keyof F]-?: (wanted: never) => boolean }, filter: F) {
  return (Object.keys(filter) as (keyof F)[]).every((name) => {
    const wanted = filter[name];
    return wanted === undefined || (tests[name] as (wanted: unknown) => boolean)(wanted);
  });
}

/** Values with which filters of tokens are tried, by the name of the filter. */
export const tokenFilterValues = {
  serial: ["*", "OATH*", "oath1*", "*_*", "PI-7", "*th1*", "x*", "", "*O*A*1*", "*ath1*", "*_TP1*"],
  type: ["hotp", "HOTP,totp", "*otp", "spass, registration", "nope", "", "*"],
  user: [...owners.slice(1), { login: "ghost", realm: "realm1" }, { login: "alice", realm: "realm2" }],
  userId: ["*", "nope", ""],
  realm: ["realm1", "REALM2", "realm*", "realm1,realm2", "nope", "", "*", "nope, realm1", "*1"],
  resolver: ["people", "others", "PEOPLE", "p*", "nope", ""],
  assigned: [true, false],
  active: [true, false],
  description: ["", "*", "blue*", "*CAR", "*lue*car", "a_b", "100%", "a\\b", "O'Neil", "*'*", "_", "%"],
  rolloutState: ["enrolled", "clientwait", "CLIENT*", "", "nope"],
  containerSerial: ["", "*", "CONT*", "smph1", "y_*", "nope"],
  group: ["blue", "blue*", "red,blue_car", "nope", "", "*"],
  infoKey: ["colour", "Colour", "size", "nope", "tokenkind", "*"],
  infoValue: ["", "*", "blue*", "software", "*ftWARE", "*ue c*", "*\\*", "nope"],
} as const satisfies { readonly [K in keyof TokenFilter]-?: readonly TokenFilter[K][] };

/** Values with which filters of containers are tried, by the name of the filter. */
export const containerFilterValues = {
  serial: ["*", "CONT*", "SMPH1*", "y_1*", "nope", ""],
  type: ["generic", "Generic,yubikey", "*phone", "nope", ""],
  description: ["", "*", "blue*", "*CAR", "a_b", "100%", "a\\b"],
  user: [...owners.slice(1), { login: "ghost", realm: "realm1" }, { login: "alice", realm: "realm2" }],
  userId: ["*", "nope", ""],
  resolver: ["people", "others", "PEOPLE", "p*", "nope", ""],
  assigned: [true, false],
  realm: ["realm1", "REALM2", "realm*", "realm1,realm2", "nope", "", "*"],
  state: [...states, "ACTIVE,lost", "*a*", "nope", ""],
  tokenSerial: ["*", "OATH*", "pi-1*", "nope", ""],
  infoKey: ["colour", "Colour", "size", "nope", "creation_date"],
  infoValue: ["", "*", "blue*", "nope"],
} as const satisfies { readonly [K in keyof ContainerFilter]-?: readonly ContainerFilter[K][] };

/** Returns each value of each filter alone, then random combinations of them. */
export function filtersOf<F extends object>(
  values: { readonly [K in keyof F]-?: readonly F[K][] },
  { next, pick }: Chooser,
  combinations: number,
): readonly F[] {
  const names = Object.keys(values) as (keyof F)[];
  const alone = names.flatMap((name) => values[name].map((value) => ({ [name]: value }) as F));
  const combined = Array.from({ length: combinations }, () => {
    const chosen = names.filter(() => next() < 0.2).map((name) => [name, pick(values[name])] as const);
    return Object.fromEntries(chosen) as F;
  });
  return [{} as F, ...alone, ...combined];
}
