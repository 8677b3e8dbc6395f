import type { User } from "@bookend/core";
import type { ApiCall, AuthenticationDetail, AuthenticationResult, Domain, Verdict } from "@bookend/mfa";
import { validateId } from "../envelope.js";
import type { Reply, Route } from "../route.js";

/** Returns the routes for authentication. No login is required, except to trigger challenges. */
export function validateRoutes({ authentication }: Pick<Domain, "authentication">): readonly Route[] {
  const check = async (exchange: ApiCall): Promise<Reply> => {
    const { parameters, user } = exchange;
    exchange.notes.user = user;
    const result = await authentication.check({
      user,
      serial: parameters.text("serial"),
      pass: parameters.text("pass") ?? "",
      transactionId: parameters.text("transaction_id"),
      serviceId: parameters.text("service_id"),
    });
    note(exchange, result);
    const { user: tried } = result;
    // kept, so that post bindings need not read the user again
    if (tried !== undefined && isFound(tried)) exchange.notes.found = { user: tried };
    return { value: result.value, authentication: result.authentication, detail: result.detail };
  };
  const trigger = async (exchange: ApiCall): Promise<Reply> => {
    const { parameters, user } = exchange;
    exchange.notes.user = user;
    const [serial, type] = [parameters.text("serial"), parameters.text("type")];
    const { value, authentication: verdict, ...result } = await authentication.triggerChallenge({ user, serial, type });
    note(exchange, { ...result, authentication: verdict });
    return { value, authentication: verdict, detail: result.detail };
  };
  const poll = async (exchange: ApiCall): Promise<Reply> => {
    const { value, status, serials } = await authentication.pollTransaction(
      exchange.parameters.required("transaction_id"),
    );
    exchange.notes.serial = serials.join(",");
    const verdict = verdictOfPoll(status, serials.length > 0);
    exchange.notes.authentication = verdict;
    exchange.notes.info = status;
    return { value, authentication: verdict, detail: { challenge_status: status } };
  };
  const envelope = {
    access: "anyone",
    accepts: "any",
    envelopeId: validateId,
    aliases: { transaction_id: ["state"] },
  } as const;
  return [
    { ...envelope, method: "POST", path: "/validate/check", event: "validate_check", run: check },
    { ...envelope, method: "GET", path: "/validate/check", event: "validate_check", run: check },
    ...(["GET", "POST"] as const).map(
      (method): Route => ({
        ...envelope,
        method,
        path: "/validate/triggerchallenge",
        event: "validate_triggerchallenge",
        access: "admin",
        run: trigger,
      }),
    ),
    {
      ...envelope,
      method: "GET",
      path: "/validate/polltransaction",
      event: "validate_poll_transaction",
      run: poll,
    },
    {
      ...envelope,
      method: "GET",
      path: "/validate/polltransaction/:transaction_id",
      event: "validate_poll_transaction",
      run: poll,
    },
  ];
}

/** Returns whether the user who tried to authenticate was found by name, and thus has attributes. */
function isFound(tried: NonNullable<AuthenticationResult["user"]>): tried is User {
  return tried.attributes !== undefined;
}

/**
 * Returns the verdict of a poll. While the user has neither accepted nor declined, the verdict is `CHALLENGE` if the
 * transaction has open challenges, and `REJECT` if the transaction is unknown or completed.
 */
function verdictOfPoll(status: "accept" | "declined" | "pending", open: boolean): Verdict {
  if (status === "accept") return "ACCEPT";
  if (status === "declined") return "DECLINED";
  return open ? "CHALLENGE" : "REJECT";
}

function note(
  { notes }: ApiCall,
  result: { authentication: Verdict; detail: AuthenticationDetail; user?: ApiCall["user"] },
) {
  const { authentication, detail, user } = result;
  const challenged = detail.multi_challenge ?? [];
  notes.authentication = authentication;
  // if several tokens are challenged, `detail.serial` and `detail.type` describe only the first one
  const several = challenged.length > 0;
  notes.serial = several ? challenged.map(({ serial }) => serial).join(",") : (detail.serial ?? "");
  notes.tokenType = several ? [...new Set(challenged.map(({ type }) => type))].join(",") : (detail.type ?? "");
  notes.user = user ?? notes.user;
  notes.info = detail.message;
}
