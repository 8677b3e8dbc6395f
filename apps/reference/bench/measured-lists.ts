/** Maximum milliseconds for a page of an unfiltered list, and for a filtered list. */
export const bounds = { page: 50, filter: 100 } as const;

/** A list that `pnpm bench:lists` measures. */
export interface MeasuredList {
  readonly name: string;
  readonly kind: keyof typeof bounds;
  readonly path: string;
}

type Queries = Readonly<Record<string, string>>;

const directions = ["asc", "desc"] as const;

const tokenColumns = [
  "serial",
  "tokentype",
  "description",
  "active",
  "failcount",
  "rollout_state",
  "username",
  "realm",
];

const tokenFilters: Queries = {
  serial: "serial=OATH00500000",
  "serial, prefix": "serial=OATH005*",
  "serial, prefix of all": "serial=OATH*",
  "serial, suffix": "serial=*99999",
  "serial, middle": "serial=*4999*",
  "serial, in parts": "serial=*00*999*",
  "serial that does not exist": "serial=*nobody*",
  "type that is frequent": "type=hotp",
  "type at the end of the order": "type=totp",
  "type that is rare": "type=push",
  "type, a list": "type=push,totp",
  "type, suffix": "type=*ush",
  user: "user=user0000031&realm=corp",
  "tokenrealm that is frequent": "tokenrealm=corp",
  "tokenrealm that is rare": "tokenrealm=rare",
  "tokenrealm, suffix": "tokenrealm=*are",
  resolver: "resolver=people",
  "resolver, suffix": "resolver=*nobody",
  userid: "userid=uid-0000031",
  "userid, prefix": "userid=uid-00000*",
  "userid, suffix": "userid=*00031",
  assigned: "assigned=true",
  unassigned: "assigned=false",
  active: "active=true",
  inactive: "active=false",
  description: "description=lost in place 0",
  "description, prefix": "description=lost*",
  "description, middle": "description=*place*",
  rollout_state: "rollout_state=clientwait",
  "rollout_state, suffix": "rollout_state=*wait",
  "in no container": "container_serial=",
  "in a container": "container_serial=*SMPH*",
  "in a group": "tokengroup=*none*",
  infokey: "infokey=colour",
  "infokey and infovalue": "infokey=colour&infovalue=violet",
  infovalue: "infovalue=violet",
  "infovalue, suffix": "infovalue=*olet",
  "frequent type, rare realm": "type=hotp&tokenrealm=rare",
  "two that are frequent": "type=totp&assigned=true",
};

const users: Queries = {
  "all of a realm": "",
  username: "username=user0000031",
  "username, prefix": "username=user00000*",
  "username, suffix": "username=*0031",
  userid: "userid=uid-0000031",
  surname: "surname=Surname31",
  "surname, prefix": "surname=Surname31*",
  givenname: "givenname=Rare",
  email: "email=user31@example.org",
  "email, suffix": "email=*31@example.org",
  phone: "phone=*49*",
};

const auditFilters: Queries = {
  serial: "serial=OATH00007919",
  "serial, prefix": "serial=OATH000079*",
  "serial, suffix": "serial=*07919",
  "a serial that does not exist": "serial=none",
  user: "user=user0000031",
  "user, middle": "user=*00031*",
  "event that is frequent": "event=event_7",
  "event that is rare": "event=rare_event",
  "event, suffix": "event=*_event",
  "action that is frequent": "action=POST /path/7",
  "action, middle": "action=*path/7*",
  "action that was never run": "action=*nothing*",
  realm: "realm=rare",
  "a realm that does not exist": "realm=none",
  failures: "success=0",
  successes: "success=1",
  administrator: "administrator=none",
  "administrator, suffix": "administrator=*none",
  client: "client=10.0.0.1",
  "client, prefix": "client=10.0.*",
  "info, middle": "info=*refused*",
  token_type: "token_type=hotp",
  resolver: "resolver=people",
  "one day": "timelimit=1d",
  "one day, by realm": "timelimit=1d&realm=rare",
  "one day, info": "timelimit=1d&info=*refused*",
  "a day long ago": "startdate=2026-11-01*",
};

const each = (names: readonly string[], parameter: string, direction: string): Queries =>
  Object.fromEntries(
    names.flatMap((name) =>
      directions.map((order) => [`by ${name}, ${order}`, `${parameter}=${name}&${direction}=${order}`]),
    ),
  );

function listsOf(name: string, path: string, kind: MeasuredList["kind"], queries: Queries): readonly MeasuredList[] {
  return Object.entries(queries).map(([of, query]) => ({ name: `${name}, ${of}`, kind, path: `${path}${query}` }));
}

/** Returns every combination of a filter and an order. */
function combined(filters: Queries, orders: Queries): Queries {
  return Object.fromEntries(
    Object.entries(filters).flatMap(([filter, query]) =>
      Object.entries(orders).map(([order, by]) => [`${filter}, ${order}`, `${query}&${by}`]),
    ),
  );
}

/** Orders of the audit log. Only numbers are measured: other orders have no index, but a time limit. */
const auditOrders = each(["number"], "sortname", "sortorder");
const tokenOrders = each(tokenColumns, "sortby", "sortdir");

/** Lists with every order, every filter and every kind of paging, but without combinations of a filter and an order. */
export const measuredLists: readonly MeasuredList[] = [
  ...listsOf("tokens", "/token/?", "page", { ...tokenOrders, "page 600": "page=600" }),
  ...listsOf("tokens", "/token/?", "filter", { ...tokenFilters, "count of all": "count=true&pagesize=0" }),
  ...listsOf("users", "/user/?realm=corp&", "filter", users),
  ...listsOf("audit", "/audit/?", "page", { ...auditOrders, "page 600": "page=600" }),
  ...listsOf("audit", "/audit/?", "filter", auditFilters),
  ...listsOf("management audit", "/event/audit?", "filter", {
    "first page": "",
    "with its count": "count=true",
    "a period": "from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z",
  }),
];

/** Lists with every combination of a filter and an order: more than 600, which are measured only on request. */
export const combinedLists: readonly MeasuredList[] = [
  ...listsOf("combined tokens", "/token/?", "filter", combined(tokenFilters, tokenOrders)),
  ...listsOf("combined audit", "/audit/?", "filter", combined(auditFilters, auditOrders)),
];
