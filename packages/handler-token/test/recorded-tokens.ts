import type { RecordedState, RecordedToken } from "@bookend/test-kit";
import type { TokenAdministration, TokenApplication, TokenEnrolment } from "../src/index.js";

/** Tokens of a recorded state, with data for which the state has no fields. */
export interface RecordedTokens extends TokenAdministration {
  readonly enrolments: readonly TokenEnrolment[];
  /** Keyed by serial. */
  readonly pins: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  readonly applications: ReadonlyMap<string, TokenApplication>;
}

/** Creates a minimal host that administers the tokens of a recorded state. */
export function recordedTokens(state: RecordedState): RecordedTokens {
  state.tokens ??= [];
  const { tokens } = state;
  const enrolments: TokenEnrolment[] = [];
  const pins = new Map<string, string>();
  const groups = new Map<string, Set<string>>();
  const applications = new Map<string, TokenApplication>();
  const change = (serial: string, changes: Partial<RecordedToken>) => {
    Object.assign(find(serial), changes);
  };
  const find = (serial: string): RecordedToken => {
    const token = tokens.find((one) => one.serial === serial);
    if (!token) throw new Error(`There is no token ${serial}.`);
    return token;
  };
  return {
    enrolments,
    pins,
    groups,
    applications,
    enroll(enrolment) {
      enrolments.push(enrolment);
      const token = newToken(`NEW${enrolments.length}`, enrolment);
      tokens.push(token);
      const container = state.containers?.find(({ serial }) => serial === enrolment.container);
      container?.tokens?.push(token.serial);
      return { serial: token.serial };
    },
    delete: (serial) => void tokens.splice(tokens.indexOf(find(serial)), 1),
    unassign: (serial) => change(serial, { owner: null }),
    enable: (serial) => change(serial, { active: true }),
    disable: (serial) => change(serial, { active: false }),
    setRealm(serial, realm, { only }) {
      if (!Object.hasOwn(state.realms, realm)) return false;
      const { owner, realms } = find(serial);
      const kept = only ? realms.filter((one) => one === owner?.realm) : realms;
      change(serial, { realms: [...new Set([...kept, realm])] });
      return true;
    },
    setDescription: (serial, description) => change(serial, { description }),
    setValidity(serial, { from, until }) {
      const { tokeninfo } = find(serial);
      if (from) tokeninfo.validity_period_start = from.toISOString();
      if (until) tokeninfo.validity_period_end = until.toISOString();
    },
    setCountWindow: (serial, count_window) => change(serial, { count_window }),
    setInfo(serial, key, value) {
      find(serial).tokeninfo[key] = value;
    },
    increaseInfo(serial, key, by) {
      const { tokeninfo } = find(serial);
      const old = tokeninfo[key] || "0";
      const value = /^[+-]?\d+$/.test(old) ? String(Number(old) + by) : old;
      tokeninfo[key] = value;
      return value;
    },
    deleteInfo(serial, key) {
      const { tokeninfo } = find(serial);
      const keys = Object.keys(tokeninfo).filter((one) => key === undefined || one === key);
      for (const one of keys) delete tokeninfo[one];
      return keys.length > 0;
    },
    setFailCount: (serial, failcount) => change(serial, { failcount }),
    changeFailCount(serial, by) {
      const token = find(serial);
      token.failcount += by;
      return token.failcount;
    },
    setMaxFailCount: (serial, max_failcount) => change(serial, { max_failcount }),
    setPin: (serial, pin) => void pins.set(find(serial).serial, pin),
    addGroup: (serial, group) => void groups.set(serial, new Set([...(groups.get(serial) ?? []), group])),
    removeGroup: (serial, group) => groups.get(serial)?.delete(group),
    attachApplication: (serial, application) => void applications.set(serial, application),
  };
}

function newToken(serial: string, { parameters, user, realm }: TokenEnrolment): RecordedToken {
  return {
    serial,
    type: String(parameters.type),
    description: "",
    realms: [...new Set([user?.realm, realm].filter((one) => one !== undefined))],
    owner: user ? { login: user.login, realm: user.realm, resolver: user.resolver } : null,
    tokeninfo: {},
    failcount: 0,
    max_failcount: 10,
    count: 0,
    count_window: 10,
    active: true,
    rollout_state: "enrolled",
  };
}
