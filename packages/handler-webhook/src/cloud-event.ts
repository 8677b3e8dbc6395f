/** The attributes of a CloudEvent. Source: CloudEvents 1.0. */
export interface CloudEventAttributes {
  /** Identifies the event; the same for all attempts of one binding in one call. */
  readonly id: string;
  /** The URL of the host, or another reference that identifies it. */
  readonly source: string;
  readonly type: string;
  readonly time: Date;
  /** The subject of the event. An empty subject is left out. */
  readonly subject: string;
}

/** The content type of a CloudEvent in structured mode. */
export const cloudEventType = "application/cloudevents+json";

/** Returns a CloudEvent in structured mode: JSON with the attributes and the data, which is inserted verbatim. */
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
