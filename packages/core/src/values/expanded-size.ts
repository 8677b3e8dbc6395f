interface Group {
  size: number;
  /** Size of the last atom, which is multiplied by a repetition. */
  last: number;
}

/** Above this size, repetitions are not multiplied any further. */
const enough = 1e9;

/**
 * Returns the approximate size of a regular expression with its repetitions expanded, in instructions of the engine.
 * Takes time linear in the source, unlike compiling it: `(?:a{0,1000}b){0,100}` has 21 characters and 200,000
 * instructions.
 */
export function expandedSize(source: string): number {
  const stack: Group[] = [{ size: 0, last: 0 }];
  const token =
    /\\Q(?<quoted>.*?)(?:\\E|$)|\\(?:[pPx]\{[^}]*\}|.)|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]?|(?<open>\((?:\?(?:P?<[^>]*>|[a-zA-Z-]*:))?)|(?<flags>\(\?[a-zA-Z-]+\))|(?<close>\))|(?<or>\|)|\{(?<min>\d+)(?<comma>,(?<max>\d*))?\}|(?<star>[*+?])|./gsuy;
  for (let match = token.exec(source); match; match = token.exec(source)) {
    const { quoted, open, flags, close, or, min, comma, max, star } = match.groups ?? {};
    const group = stack[stack.length - 1] as Group;
    const add = (size: number) => {
      group.last = Math.min(size, enough);
      group.size = Math.min(group.size + group.last, enough);
    };
    const repeat = (size: number) => {
      group.size -= group.last;
      add(size);
    };
    if (quoted !== undefined) add(quoted.length);
    else if (flags !== undefined) continue;
    else if (open !== undefined) stack.push({ size: 0, last: 0 });
    else if (close !== undefined) {
      if (stack.length === 1) continue;
      stack.pop();
      const outer = stack[stack.length - 1] as Group;
      outer.last = group.size;
      outer.size = Math.min(outer.size + group.size, enough);
    } else if (or !== undefined) add(1);
    else if (min !== undefined) {
      const least = Number(min);
      const most = comma === undefined ? least : max ? Number(max) : least + 1;
      repeat(least * group.last + Math.max(0, most - least) * (group.last + 1));
    } else if (star !== undefined) repeat(group.last + 1);
    else add(1);
  }
  return (stack[0] as Group).size + stack.slice(1).reduce((sum, { size }) => sum + size, 0);
}
