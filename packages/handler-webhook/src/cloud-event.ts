/** The attributes of a CloudEvent. Source: CloudEvents 1.0. */
export interface CloudEventAttributes {
  /** The same for each try of one binding of one call. */
  readonly id: string;
  /** The URL of the host, or another reference to it. */
  readonly source: string;
  readonly type: string;
  readonly time: Date;
  /** The subject of the event; an empty one is left out. */
  readonly subject: string;
}

/** The content type of a CloudEvent in structured mode. */
export const cloudEventType = "application/cloudevents+json";

/** A CloudEvent in structured mode: JSON with the attributes and the data, which is inserted as it is written. */
export function cloudEvent({ id, source, type, time, subject }: CloudEventAttributes, data: string): string {
  const attributes = {
    specversion: "1.0",
    id,
    source,
    type,
    time: time.toISOString(),
    ...(subject !== "" && { subject }),
    datacontenttype: "application/json",
  };
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${data.trim()}}`;
}
