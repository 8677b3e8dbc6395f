"""Verifies an audit log on SQLite: verify_audit.py DATABASE PUBLIC-KEY.PEM ... (AUDIT-FORMAT.md). Needs no package. Prints "ok ROWS" or the flaw."""
import base64, functools, hashlib, json, sqlite3, sys

COLUMNS = """number id parent event position action handler binding binding_name success authentication serial token_type container_serial user realm
resolver administrator action_detail info client user_agent startdate duration actor actor_role""".split()

# Ed25519 as in RFC 8032, section 6
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)

def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P

def mul(n, a):
    result = (0, 1, 1, 0)
    while n:
        if n & 1: result = add(result, a)
        a, n = add(a, a), n >> 1
    return result

def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P: x = x * ROOT % P
    if y >= P or (x * x - square) % P: raise ValueError("no point")
    return (P - x if x & 1 != sign else x), y, 1, (P - x if x & 1 != sign else x) * y % P

BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

@functools.lru_cache(1000)
def signed(spki, statement, signature):
    raw, message = base64.b64decode(signature or ""), statement.encode()
    if len(raw) != 64 or int.from_bytes(raw[32:], "little") >= Q: return False
    h = int.from_bytes(hashlib.sha512(raw[:32] + spki[-32:] + message).digest(), "little") % Q
    a, b = mul(int.from_bytes(raw[32:], "little"), BASE), add(point(raw[:32]), mul(h, point(spki[-32:])))
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0

def text(*values):
    whole = [int(value) if isinstance(value, float) and value.is_integer() else value for value in values]
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))

def sha(value): return base64.b64encode(hashlib.sha256(value.encode()).digest()).decode()
def key_id(spki): return hashlib.sha256(spki).hexdigest()[:16]

def tree(hashes):
    if len(hashes) < 2: return hashes[0] if hashes else hashlib.sha256().digest()
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + tree(hashes[:half]) + tree(hashes[half:])).digest()

def need(condition, flaw):
    if not condition: raise SystemExit(flaw)

def rows_of(db, table, rest): return [dict(row) for row in db.execute(f"select * from {table} {rest}")]

def verify(db, keys):
    def by(which, statement, signature): return which in keys and signed(keys[which], statement, signature)
    marks = {mark["kind"]: mark for mark in rows_of(db, "bookend_audit_mark", "")}
    for kind, mark in marks.items():
        need(by(mark["key_id"], text(f"bookend audit {kind} 1", mark["number"], mark["hash"]), mark["signature"]), f"mark {kind}")
    head, cut, count, named, hashes, cuts, chains = marks.get("head"), marks.get("checkpoint"), 0, 0, {}, {}, {}
    place, previous = (cut["number"], cut["hash"]) if cut else (0, "")
    cuts[0] = place
    for row in rows_of(db, "bookend_audit", "where writer = 0 order by number"):
        values = [row[column] for column in COLUMNS]
        content = text(previous, *values[:-2]) if row["format"] == 1 else text(2, previous, *values)
        need(row["number"] == place + 1 and row["format"] in (1, 2) and row["hash"] == sha(content), f"row {place + 1} of writer 0")
        need(by(row["key_id"], text("bookend audit row 1", row["hash"]), row["signature"]), f"signature of row {place + 1} of writer 0")
        place, previous, count, hashes[0, row["number"]] = row["number"], row["hash"], count + 1, (row["hash"], 0)
    need(head is None and place == 0 or head and (head["number"], head["hash"]) == (place, previous), "head of writer 0")
    if place: chains[0] = (place, 0)
    for chain in rows_of(db, "bookend_audit_chain", "order by writer"):
        writer, end = chain["writer"], chain["end_key_id"]
        opening = text("bookend audit chain 1", writer, chain["public_key"], chain["start_checkpoint"], chain["start_hash"])
        need(by(chain["key_id"], opening, chain["certificate"]), f"certificate of writer {writer}")
        key = base64.b64decode(chain["public_key"])
        place, previous, named = 0, sha(opening), max(named, chain["start_checkpoint"])
        if chain["cut_place"] is not None:
            place, previous = chain["cut_place"], chain["cut_hash"]
            need(by(chain["cut_key_id"], text("bookend audit cut 1", writer, place, previous), chain["cut_signature"]), f"cut of writer {writer}")
        cuts[writer] = place
        for row in rows_of(db, "bookend_audit", f"where writer = {writer} order by place, number"):
            content = text(3, previous, writer, row["place"], row["checkpoint"], *[row[column] for column in COLUMNS])
            need(row["place"] == place + 1 and row["format"] == 3 and row["hash"] == sha(content), f"row {place + 1} of writer {writer}")
            place, previous, count = row["place"], row["hash"], count + 1
            last = (text("bookend audit batch 1", writer, place, previous), row["signature"])
            fine = row["key_id"] == row["signature"] == "" if row["checkpoint"] is None else row["key_id"] == key_id(key) and signed(key, *last)
            need(fine, f"signature of row {place} of writer {writer}")
            named, hashes[writer, place] = max(named, row["checkpoint"] or 0), (previous, row["checkpoint"] or 0)
        statement = text("bookend audit batch 1", writer, place, previous)
        need((chain["place"], chain["hash"]) == (place, previous) and signed(key, statement, chain["signature"]), f"head of writer {writer}")
        ended = signed(key if end == key_id(key) else keys.get(end, key), text("bookend audit end 1", writer, place, previous), chain["end_signature"])
        need(ended if chain["closed"] else end is None, f"end of writer {writer}")
        chains[writer] = (place, chain["closed"])
    need(not rows_of(db, "bookend_audit", "where writer not in (select writer from bookend_audit_chain) and writer <> 0"), "rows without a chain")
    base, newest, state = marks.get("base"), marks.get("newest"), {}
    number, previous = (base["number"] - 1, None) if base else (0, "")
    for row in rows_of(db, "bookend_audit_checkpoint", "order by number"):
        leaves = json.loads(row["leaves"])
        statement = text("bookend audit checkpoint 2", row["number"], row["made_at"], row["root"], row["previous"])
        root = base64.b64encode(tree([hashlib.sha256(b"\0" + text(*leaf).encode()).digest() for leaf in leaves])).decode()
        linked = row["hash"] == base["hash"] if previous is None else row["previous"] == previous
        number, previous = number + 1, row["hash"]
        need(linked and row["number"] == number and row["hash"] == sha(statement) and row["root"] == root, f"checkpoint {number}")
        need(by(row["key_id"], statement, row["signature"]), f"signature of checkpoint {number}")
        for writer, place, digest, closed in leaves:
            before = state.get(writer, (0, "", 0))
            need(place >= before[0] and closed >= before[2], f"checkpoint {number} puts writer {writer} back")
            found, knew = hashes.get((writer, place), (None, 0))
            pruned = place <= cuts.get(writer, -1)
            need(pruned or found == digest and (digest == before[1] or knew < number), f"row {place} of writer {writer} in checkpoint {number}")
            state[writer] = (place, digest, closed)
    need(number == (newest["number"] if newest else 0) and (newest is None or newest["hash"] == previous) and named <= number, "newest checkpoint")
    for writer, (place, _, closed) in state.items():
        now = chains.get(writer)
        need(now and now[0] >= place and (not closed or now == (place, 1)), f"chain of writer {writer}")
    return count

if __name__ == "__main__":
    database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    pems = [open(path, encoding="ascii").read() for path in sys.argv[2:]]
    known = [base64.b64decode("".join(pem.strip().splitlines()[1:-1])) for pem in pems]
    print("ok", verify(database, {key_id(one): one for one in known}))
