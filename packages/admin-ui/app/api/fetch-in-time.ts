/**
 * Maximum time without data from the server, in milliseconds: until the headers of a response, and between parts of its
 * body.
 */
const silenceMs = 60_000;

/** Statuses of responses without a body. */
const bodiless = new Set([204, 205, 304]);

/**
 * Sends a request to the host, with its cookies. A body may take any time as long as data keeps arriving.
 * @throws {Error} if the server cannot be reached or sends nothing for too long; the reason of the given signal, if it
 * was aborted
 */
export async function fetchInTime(url: string, init: RequestInit = {}): Promise<Response> {
  const { signal } = init;
  const deadline = new AbortController();
  const start = () => setTimeout(() => deadline.abort(silence()), silenceMs);
  let timer = start();
  const restart = () => {
    clearTimeout(timer);
    timer = start();
  };
  let response: Response;
  try {
    response = await fetch(url, {
      credentials: "same-origin",
      ...init,
      signal: signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal,
    });
  } catch (error) {
    clearTimeout(timer);
    if (signal?.aborted || deadline.signal.aborted) throw error;
    throw new Error("The server cannot be reached.");
  }
  // browsers provide a body even for responses that cannot have one
  if (!response.body || bodiless.has(response.status)) {
    clearTimeout(timer);
    return response;
  }
  restart();
  const watched = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(part, controller) {
        restart();
        controller.enqueue(part);
      },
      flush: () => clearTimeout(timer),
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(watched, { status, statusText, headers });
}

function silence(): Error {
  return new Error(`The server sent no data for ${silenceMs / 1_000} seconds.`);
}
