import type { Call, CallResponse, NextCall } from "../contracts/call.js";
import { type MaybePromise, mapMaybe } from "../contracts/maybe-promise.js";
import type { EventPlan } from "./plan.js";
import { CallRecording, type RecordingHost } from "./recording.js";

/** Returns whether calls of an event are recorded; if the recorder fails, they are not. */
export function isRecorded({ recorder, onFailure }: RecordingHost, event: string): boolean {
  try {
    return recorder.keeps(event) === true;
  } catch (error) {
    onFailure(error);
    return false;
  }
}

/**
 * Follows a call, and passes it to the recorder when it has ended.
 *
 * @param run Dispatches the call, if its event has bindings.
 */
export async function dispatchRecorded(
  host: RecordingHost,
  eventPlan: EventPlan | undefined,
  call: Call,
  next: NextCall,
  run: (eventPlan: EventPlan, next: NextCall, recording: CallRecording) => MaybePromise<CallResponse>,
): Promise<CallResponse> {
  const recording = new CallRecording(call, host);
  const followed: NextCall = (given, actionsRan) => {
    recording.processing();
    return mapMaybe(next(given, actionsRan), (response) => {
      recording.answered(given, response);
      return response;
    });
  };
  let response: CallResponse | undefined;
  try {
    response = await (eventPlan === undefined ? followed(call, false) : run(eventPlan, followed, recording));
    return response;
  } finally {
    recording.ended(call, response);
  }
}
