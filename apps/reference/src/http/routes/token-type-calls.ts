import { problemMessage } from "@bookend/core";
import { type ApiCall, type Domain, noteTokens, parameterError } from "@bookend/mfa";
import type { Reply, Route } from "../route.js";

/**
 * Returns the routes that smartphones with push tokens call. They require no login, since the calls are signed or
 * contain the credential of an enrollment.
 */
export function tokenTypeCallRoutes({ push }: Pick<Domain, "push">): readonly Route[] {
  const poll = async (exchange: ApiCall): Promise<Reply> => {
    const { parameters } = onlyPush(exchange);
    const { requests, token } = await push.poll({
      serial: parameters.required("serial"),
      timestamp: parameters.required("timestamp"),
      signature: parameters.required("signature"),
    });
    noteTokens(exchange, [token]);
    return { value: requests };
  };

  const send = async (exchange: ApiCall): Promise<Reply> => {
    const { parameters } = onlyPush(exchange);
    const serial = parameters.required("serial");
    const credential = parameters.text("enrollment_credential");
    if (credential !== undefined) {
      const publicKey = parameters.required("pubkey");
      const enrolled = await push.enrol({ serial, credential, publicKey });
      noteTokens(exchange, [enrolled.token]);
      const { publicKey: public_key, token } = enrolled;
      return { value: true, detail: { serial, public_key, rollout_state: token.rolloutState } };
    }
    if (parameters.text("new_fb_token") !== undefined) {
      const token = await push.updateToken({
        serial,
        newToken: parameters.required("new_fb_token"),
        timestamp: parameters.required("timestamp"),
        signature: parameters.required("signature"),
      });
      noteTokens(exchange, [token]);
      return { value: true };
    }
    const decline = parameters.flag("decline") ?? false;
    const { value, transactionId, token } = await push.answer({
      serial,
      nonce: parameters.required("nonce"),
      signature: parameters.required("signature"),
      decline,
    });
    noteTokens(exchange, [token]);
    exchange.notes.info = value ? `challenge ${decline ? "declined" : "accepted"}` : "no open challenge";
    // conditions on the challenge look it up by this id
    return { value, detail: transactionId === undefined ? {} : { transaction_id: transactionId } };
  };

  const route = { path: "/ttype/:type", event: "ttype", access: "anyone", accepts: "any" } as const;
  return [
    { ...route, method: "GET", run: poll },
    { ...route, method: "POST", run: send },
  ];
}

function onlyPush(exchange: ApiCall): ApiCall {
  const type = exchange.parameters.required("type").toLowerCase();
  if (type !== "push") throw parameterError(problemMessage(`${JSON.stringify(type)} is not valid`, "push", "type"));
  return exchange;
}
