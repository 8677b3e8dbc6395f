import { problemMessage, type UserRef } from "@bookend/core";
import { transactTogether } from "@bookend/store-sql";
import type { Kysely, Transaction, Updateable } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema, TokenTable } from "../database/schema.js";
import { invalidValue } from "../errors/invalid-value.js";
import { parameterError, tokenError, userError } from "../errors/mfa-error.js";
import { randomText } from "../secrets/random.js";
import type { RealmService, UserRecord, UserService } from "../users/types.js";
import { formatInstant } from "../values/instant.js";
import { checkInfo, checkLength, limits } from "../values/limits.js";
import { type Parameters, textParameter } from "../values/parameters.js";
import { checkInfoNumber } from "./info-numbers.js";
import { checkNeededPin, pinHashOf } from "./pin.js";
import { reenrolled } from "./re-enrolment.js";
import { keyContext } from "./stored-token.js";
import type { TokenCap } from "./token-cap.js";
import { writeInfo } from "./token-info.js";
import { ownerColumns } from "./token-owner.js";
import type { Enrolment, TokenType, TokenTypes } from "./token-type.js";
import type { ByWhom, InitDetail } from "./types.js";
import { checkValidity, validityEnd, validityFields } from "./validity.js";

/** The dependencies of an enrollment. */
export interface EnrolmentServices {
  readonly users: UserService;
  readonly realms: RealmService;
  readonly issuer: string;
  /** Public URL of this server. */
  readonly url: string;
  readonly types: TokenTypes;
  /** Limits the number of tokens that users can enroll themselves. */
  readonly tokenCap: TokenCap;
  /**
   * Moves a token into the container with this serial, in the transaction of its enrollment.
   *
   * @throws {MfaError} NOT_FOUND
   */
  readonly putIntoContainer: (trx: Kysely<DomainSchema>, containerSerial: string, tokenSerial: string) => Promise<void>;
}

/** A token that is ready to be stored. */
export interface PreparedToken {
  readonly serial: string;
  readonly type: TokenType;
  readonly user: UserRecord | null;
  readonly realms: readonly string[];
  readonly containerSerial: string | undefined;
  readonly info: Readonly<Record<string, string>>;
  /** The columns of the token's row. */
  readonly values: Updateable<TokenTable> & { readonly rollout_state: string };
  readonly detail: Enrolment["detail"];
}

/**
 * Creates the functions that enroll tokens, see `TokenService.init`. `prepare` checks the parameters before anything is
 * written; `write` also checks the stored token and the limits.
 */
export function createEnrolment(context: DomainContext, services: EnrolmentServices) {
  const { users, realms, issuer, url, types, putIntoContainer, tokenCap } = services;
  const { clock, db, dialect, passwords, random, vault } = context;

  return {
    prepare,
    write,
    async init(parameters: Parameters, userRef?: UserRef, { selfService = false }: ByWhom = {}): Promise<InitDetail> {
      const prepared = await prepare(parameters, userRef);
      await transactTogether({ db, dialect }, (trx) => write(trx, prepared, selfService));
      const { serial, values } = prepared;
      return { serial, rollout_state: values.rollout_state, ...prepared.detail?.(serial, issuer, url) };
    },
  };

  async function prepare(parameters: Parameters, userRef?: UserRef): Promise<PreparedToken> {
    const type = types.require(textParameter(parameters, "type") ?? "hotp");
    const user = userRef === undefined ? null : await users.require(userRef);
    const enrolment = type.enrol({ parameters, user, random });
    const serial = serialFrom(parameters) ?? (await freeSerial(type));
    const tokenRealms = await realmsFrom(parameters, user);
    const info = infoOf(parameters, user, enrolment);
    const pin = parameters.pin === "" ? "" : textParameter(parameters, "pin");
    const pinHash = await pinHashOf(passwords, pin);
    const description = textParameter(parameters, "description");
    if (description !== undefined) checkLength("description", description, limits.description);
    checkInfo("tokeninfo", info);
    checkValidity(serial, info);
    const values = {
      ...(description === undefined ? {} : { description }),
      ...(user === null ? {} : ownerColumns(user)),
      active: 1,
      ...(pinHash === undefined ? {} : { pin_hash: pinHash }),
      key_sealed: enrolment.key === null ? null : vault.seal(enrolment.key, keyContext(serial)),
      otp_length: enrolment.otpLength,
      counter: 0,
      fail_count: 0,
      rollout_state: enrolment.rolloutState ?? "enrolled",
    } as const;
    const containerSerial = textParameter(parameters, "container_serial");
    return { serial, type, user, realms: tokenRealms, containerSerial, info, values, detail: enrolment.detail };
  }

  async function write(trx: Transaction<DomainSchema>, prepared: PreparedToken, selfService: boolean): Promise<void> {
    const { serial, type, user, info, values, containerSerial } = prepared;
    const former = await reenrolled(trx, prepared, selfService);
    if (selfService) {
      checkNeededPin(type, values.pin_hash === undefined ? (former?.pin_hash ?? null) : values.pin_hash);
      if (former === undefined && user !== null) await tokenCap(trx, user);
    }
    const id = former?.id ?? (await inserted(trx, serial, type));
    await trx.updateTable("token").set(values).where("id", "=", id).execute();
    await writeInfo(trx, [id], info);
    await addRealms(trx, id, prepared.realms);
    if (containerSerial !== undefined) await putIntoContainer(trx, containerSerial, serial);
  }

  async function freeSerial(type: TokenType): Promise<string> {
    for (;;) {
      const serial = type.serialPrefix + randomText(random, "0123456789ABCDEF", serialDigits);
      const taken = await db.selectFrom("token").select("id").where("serial", "=", serial).executeTakeFirst();
      if (taken === undefined) return serial;
    }
  }

  async function realmsFrom(parameters: Parameters, user: UserRecord | null): Promise<readonly string[]> {
    const given = parameters.tokenrealm;
    const names = Array.isArray(given)
      ? given.map(String)
      : (textParameter(parameters, "tokenrealm")?.split(",") ?? []);
    // without a user, the parameter `realm` is a realm of the token
    if (user === null) names.push(textParameter(parameters, "realm") ?? "");
    const wanted = new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ""));
    for (const realm of wanted) {
      if ((await realms.find(realm)) === null) throw userError(`There is no realm ${JSON.stringify(realm)}.`);
    }
    if (user !== null && user.realm !== "") wanted.add(user.realm);
    return [...wanted];
  }

  function infoOf(parameters: Parameters, user: UserRecord | null, enrolment: Enrolment): Record<string, string> {
    const now = formatInstant(clock());
    return {
      ...extraInfo(parameters),
      ...validityInfo(parameters),
      tokenkind: "software",
      creation_date: now,
      ...(user === null ? {} : { assignment_date: now }),
      ...enrolment.info,
    };
  }
}

const serialDigits = 8;

/** Enrollment parameters of all types. `genkey` has no effect for types without a key. */
export const commonParameters = [
  "type",
  "genkey",
  "serial",
  "pin",
  "description",
  "realm",
  "tokenrealm",
  "container_serial",
  "tokeninfo",
  ...validityFields,
] as const;

/** Adds a token to realms. */
export async function addRealms(db: Kysely<DomainSchema>, id: number, realms: readonly string[]): Promise<void> {
  if (realms.length === 0) return;
  await db
    .insertInto("token_realm")
    .values(realms.map((realm) => ({ token_id: id, realm })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function inserted(trx: Kysely<DomainSchema>, serial: string, type: TokenType): Promise<number> {
  const row = await trx
    .insertInto("token")
    .values({
      serial,
      type: type.type,
      description: "",
      active: 1,
      revoked: 0,
      otp_length: 0,
      counter: 0,
      fail_count: 0,
      max_fail_count: 10,
      count_window: 10,
      sync_window: 1000,
      rollout_state: "",
    })
    .onConflict((conflict) => conflict.column("serial").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (row === undefined) throw tokenError(`The token ${JSON.stringify(serial)} is being enrolled by another request.`);
  return row.id;
}

function serialFrom(parameters: Parameters): string | undefined {
  const serial = textParameter(parameters, "serial");
  if (serial !== undefined && !/^[\w-]{1,100}$/.test(serial)) {
    throw invalidValue("serial", serial, 'up to 100 letters, digits, "_" and "-"');
  }
  return serial;
}

/** Returns the tokeninfo fields that a request sets, in addition to those of the type. */
function extraInfo({ tokeninfo }: Parameters): Record<string, string> {
  if (tokeninfo === undefined || tokeninfo === null || tokeninfo === "") return {};
  if (typeof tokeninfo !== "object" || Array.isArray(tokeninfo)) {
    throw parameterError(problemMessage("is not an object", "an object of strings", "tokeninfo"));
  }
  const fields = tokeninfo as Parameters;
  const info = Object.fromEntries(Object.keys(fields).map((key) => [key, textParameter(fields, key) ?? ""]));
  for (const [key, value] of Object.entries(info)) checkInfoNumber(key, value);
  return info;
}

function validityInfo(parameters: Parameters): Record<string, string> {
  const info: Record<string, string> = {};
  for (const name of validityFields) {
    const text = textParameter(parameters, name);
    if (text !== undefined) info[name] = validityEnd(name, text);
  }
  return info;
}
