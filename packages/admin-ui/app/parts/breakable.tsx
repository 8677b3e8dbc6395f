import { Fragment } from "react";

/** A name of the API, such as `token_setrandompin`, in which a line may break between words. */
export function Breakable({ children }: { children: string }) {
  let end = 0;
  return children.split(/(?<=[_:/>.-])(?=\w)/).map((part) => {
    const start = end;
    end += part.length;
    return (
      <Fragment key={start}>
        {start > 0 && <wbr />}
        {part}
      </Fragment>
    );
  });
}
