"""Facts: each data row boiled down, in one scan, to what the verdicts need.

The scan reads text, finds faults of shape, types the values, evaluates every rule on rows, and keeps of each row the
keys that rules on sets need and one bit per finding. All counting and all looking for examples happens on these
facts; the input is read again only to show the lines of the examples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from opentokenomics.engines.duckdb._layout import (
    Bit,
    Layout,
    SlotBits,
    is_joined,
    odd_name,
    plain_name,
)
from opentokenomics.engines.duckdb._session import Session, identifier, literal
from opentokenomics.engines.duckdb._source import Source
from opentokenomics.rules import named_by, named_in
from opentokenomics.shapes import is_sound_if_bare, spelt, typed
from opentokenomics.standard import (
    NAMED,
    Acyclic,
    Column,
    Facet,
    Group,
    Kind,
    NoOverlap,
    Quotient,
    ReferenceRule,
    References,
    Unique,
)

# Queries are built from column names of the standard and literals of this module, all quoted.
# ruff: noqa: S608

_FEW_KINDS = 2000
_EMPTY_MAP = "'[{][}]'"
_PLAIN_TEXT = '"[^"\\\\\\x00-\\x1f]*"'
_ONE_PAIR = f"'[{{]{_PLAIN_TEXT}: ?{_PLAIN_TEXT}[}}]'"


class Facts:
    """The facts of the inputs of one dataset: one table for each input, one view over all of them.

    ``joined`` are references of every dataset in the run; those that lead here say what is looked up here. ``kept`` is
    what else is to be known of each row: names with SQL over its values.
    """

    def __init__(
        self,
        session: Session,
        layout: Layout,
        refused: str,
        joined: Iterable[References] = (),
        kept: Mapping[str, str] | None = None,
    ) -> None:
        self._session = session
        self._layout = layout
        self._refused = refused
        self._kept = kept or {}
        self._files: list[tuple[int, int]] = []
        self.view = identifier(f"facts of {layout.dataset.name}")
        self.keys = sorted(_keys(layout))
        leading_here = (check for check in joined if check.to_dataset == layout.dataset.name)
        self._named = sorted({name for check in leading_here for name in named_by(check)})

    def load(self, number: int, source: Source) -> int:
        """Scans an input into its table, in the order of its rows; returns their number."""
        table = self.table(number)
        self._session.run(f"CREATE OR REPLACE TABLE {table} AS {self._scan(source)}")
        (rows,) = self._session.row(f"SELECT count(*) FROM {table}")
        return int(rows)

    def table(self, number: int) -> str:
        """The table of an input."""
        return identifier(f"facts of {self._layout.dataset.name} {number}")

    def seal(self, rows: Iterable[int]) -> None:
        """Makes one view of the tables; from now on a row's ``id`` is its place among all rows."""
        parts, offset = [], 0
        for number, count in enumerate(rows):
            self._files.append((offset, count))
            parts.append(f"SELECT rowid + {offset} AS id, * FROM {self.table(number)}")
            offset += count
        self._session.run(f"CREATE VIEW {self.view} AS " + " UNION ALL ".join(parts))

    def place(self, identity: int) -> tuple[int, int]:
        """The number of the input, and the 1-based row in it, of an ``id``."""
        for number, (offset, count) in enumerate(self._files):
            if identity < offset + count:
                return number, identity - offset + 1
        raise IndexError(identity)

    def identity(self, number: int) -> int:
        """The ``id`` of the first row of an input."""
        return self._files[number][0]

    def odd_texts(self, number: int) -> Iterator[tuple[Column, int, str]]:
        """Column, rowid and text of each map and each list of records that SQL could not judge."""
        for column in self._layout.nested:
            name = identifier(f"text of {column.name}")
            for rowid, text in self._session.stream(
                f"SELECT rowid, {name} FROM {self.table(number)} WHERE {name} IS NOT NULL ORDER BY rowid"
            ):
                yield column, int(rowid), str(text)

    def mark(self, number: int, rows: Iterable[int], bit: Bit) -> None:
        """Sets a bit on rows of an input."""
        self._session.run("CREATE OR REPLACE TEMP TABLE marked (row_number BIGINT)")
        self._session.append("marked", rows)
        self._session.run(
            f"UPDATE {self.table(number)} SET {bit.word} = {bit.word} | {bit.mask}::UBIGINT "
            "WHERE rowid IN (SELECT row_number FROM marked)"
        )

    def count(self) -> Mapping[Bit, int]:
        """On how many rows each bit is set; bits that are set nowhere are left out."""
        words = [word for family in "psab" for word in self._layout.words(family)]
        # Rows mostly fall into few kinds; counting kinds first makes the number of bits irrelevant.
        kinds = f"SELECT {', '.join(words)}, count(*) AS rows FROM {self.view} GROUP BY ALL"
        self._session.run(f"CREATE OR REPLACE TEMP TABLE kinds AS {kinds}")
        (number,) = self._session.row("SELECT count(*) FROM kinds")
        return self._count_bits(words) if number <= _FEW_KINDS else self._count_many(words)

    def _count_bits(self, words: list[str]) -> Mapping[Bit, int]:
        totals: Counter[Bit] = Counter()
        for *values, rows in self._session.rows("SELECT * FROM kinds"):
            for word, value in zip(words, values, strict=True):
                for place in _set_bits(value):
                    totals[Bit.of(word, place)] += rows
        return totals

    def _count_many(self, words: list[str]) -> Mapping[Bit, int]:
        """The same in SQL: slow to plan, but not slower where nulls at random make every row a kind of its own."""
        totals: Counter[Bit] = Counter()
        for word in words:
            bits = Bit.all_of(word)
            sums = ", ".join(f"sum(CASE WHEN {bit.test} THEN rows ELSE 0 END)" for bit in bits)
            row = self._session.row(f"SELECT {sums} FROM kinds")
            totals.update({bit: int(rows) for bit, rows in zip(bits, row, strict=True)})
        return +totals

    def first(self, bit: Bit, most: int) -> list[int]:
        """The first rows on which a bit is set."""
        found = self._session.rows(f"SELECT id FROM {self.view} WHERE {bit.test} ORDER BY id LIMIT {most}")
        return [int(identity) for (identity,) in found]

    def _scan(self, source: Source) -> str:
        layout = self._layout
        columns = layout.dataset.columns
        absent = frozenset(c.name for c in columns if c.name not in source.texts)
        words = {family: layout.words(family) for family in "psab"}
        texts = ", ".join(
            f"{spelt(c, source.texts[c.name]) if c.name in source.texts else 'NULL::VARCHAR'} AS {identifier(c.name)}"
            for c in columns
        )
        plain = list(self._plain(source))
        refused = f"({identifier('spec_version')} IS NOT DISTINCT FROM {literal(self._refused)})"
        conditions = [_fault(slot, source) for slot in layout.slots]
        shaped = [
            *_packed(
                (Bit("p", n), "FALSE" if c.name in absent else f"{identifier(c.name)} IS NOT NULL")
                for n, c in enumerate(columns)
            ),
            *_packed_where(
                "suspect", [(slot.fault, each) for slot, each in zip(layout.slots, conditions, strict=True)]
            ),
            *self._odd_texts(source),
        ]
        suspect = self._suspect(source, conditions)
        malformed = _any_bit(slot.fault for slot in layout.slots if slot.malformed)
        values = ", ".join(f"{_value(c, source)} AS {identifier(c.name)}" for c in columns)
        carried = [*words["p"], *words["s"], *self._odd_names()]
        rules = [f"{rule.condition(absent)} AS r{n}" for n, rule in enumerate(layout.rules)]
        guards = _packed_where("malformed", [(rule.hidden, rule.guard) for rule in layout.rules])
        keys = [*map(identifier, self.keys)]
        firsts, seconds = self._rule_bits()
        named = [f"{layout.sound(name)} AS {identifier(NAMED + name)}" for name in self._named]
        named += [f"{layout.is_malformed({name})} AS {odd_name(name)}" for name in self._named]
        more = [f"{condition} AS {name}" for name, condition in self._kept.items()]
        judged = [*carried, "refused", *keys, *named, *more, *self._digests(absent), *rules, *guards]
        kept = [f"CASE WHEN refused THEN 0::UBIGINT ELSE {word} END AS {word}" for word in (*words["p"], *words["s"])]
        kept += [
            *self._odd_names(),
            *keys,
            *(identifier(NAMED + name) for name in self._named),
            *map(odd_name, self._named),
            *self._kept,
            *self._digest_names(),
            *_packed_where("NOT refused", firsts, layout),
        ]
        kept += _packed_where("found", seconds, layout)
        return f"""
            WITH texts AS (SELECT {texts} FROM {source.relation}),
            plain AS (SELECT {", ".join(["*", *plain])} FROM texts),
            suspected AS (SELECT *, {refused} AS refused, {suspect} AS suspect FROM plain),
            shaped AS (SELECT *, {", ".join(shaped)} FROM suspected),
            valued AS (SELECT {", ".join(carried)}, refused, {malformed} AS malformed, {values} FROM shaped),
            judged AS (SELECT {", ".join(judged)} FROM valued),
            weighed AS (SELECT *, CASE WHEN refused THEN FALSE ELSE {self._found(seconds)} END AS found FROM judged)
            SELECT {", ".join(kept)} FROM weighed
        """

    def _plain(self, source: Source) -> Iterator[str]:
        """For each column of texts: SQL of whether its value is plainly without fault."""
        for column in self._layout.dataset.columns:
            plain = self._layout.plain(column, marked=source.is_marked(column.name))
            if plain is not None and _is_looked_at(column, source):
                yield f"({plain}) AS {plain_name(column.name)}"

    def _suspect(self, source: Source, conditions: Sequence[str]) -> str:
        """SQL of whether a row may have a fault: some value is not plainly without, or a condition holds."""
        plain = {
            column.name
            for column in self._layout.dataset.columns
            if _is_looked_at(column, source) and self._layout.plain(column, marked=False) is not None
        }
        others = [
            condition
            for slot, condition in zip(self._layout.slots, conditions, strict=True)
            if condition != "FALSE" and not (slot.malformed and slot.column.name in plain)
        ]
        together = " AND ".join(plain_name(name) for name in sorted(plain))
        return _any_of([*([f"({together}) IS FALSE"] if plain else []), *others])

    def _found(self, seconds: Sequence[tuple[Bit, str]]) -> str:
        """SQL of whether a rule is broken, or set aside for the sake of a malformed value."""
        guards = sorted({*self._layout.guards.values()})
        broken = (condition for _, condition in seconds if condition != "FALSE")
        return _any_of([*broken, *(f"{word} <> 0" for word in guards)])

    def _rule_bits(self) -> tuple[list[tuple[Bit, str]], list[tuple[Bit, str]]]:
        """Conditions for the bits of each rule, without those that guards set; one that is null sets no bit."""
        rules = list(enumerate(self._layout.rules))
        firsts = [(rule.first, f"r{n}" if rule.on_sets else f"r{n} IS NOT NULL") for n, rule in rules]
        return firsts, [(rule.second, "FALSE" if rule.on_sets else f"NOT r{n}") for n, rule in rules]

    def _odd_texts(self, source: Source) -> Iterator[str]:
        """Texts of lists of records, and of maps that are not plainly maps of text; Python judges them strictly."""
        for column, odd in zip(self._layout.nested, self._odd_names(), strict=True):
            name = identifier(column.name)
            if column.name not in source.texts_within:
                yield f"NULL::VARCHAR AS {odd}"
            elif column.kind is not Kind.MAP:
                yield f"{name} AS {odd}"
            else:
                is_plain = f"regexp_full_match({name}, {_ONE_PAIR}) OR regexp_full_match({name}, {_EMPTY_MAP})"
                yield f"CASE WHEN {is_plain} THEN NULL ELSE {name} END AS {odd}"

    def _odd_names(self) -> list[str]:
        return [identifier(f"text of {column.name}") for column in self._layout.nested]

    def _digests(self, absent: Collection[str]) -> Iterator[str]:
        """Digests of columns that are compared as one: of a record and its correction, of the key of a period."""
        for number, rule in enumerate(self._layout.rules):
            check = rule.requirement.check
            if isinstance(check, References) and check.compare:
                columns = list(map(identifier, check.compare))
                sign = "-" if check.rule is ReferenceRule.NEGATES else ""
                # Of a named record, its malformed values matter as far as they are compared.
                broken = self._layout.is_malformed(set(check.compare))
                yield f"CASE WHEN {broken} THEN NULL ELSE hash({', '.join(columns)}) END AS h{number}"
                wanted = ", ".join(sign + each for each in columns)
                yield f"CASE WHEN {rule.condition(absent)} THEN hash({wanted}) END AS n{number}"
            elif isinstance(check, NoOverlap):
                yield f"hash({', '.join(map(identifier, check.by)) or '0'}) AS h{number}"
                yield f"hash({identifier(check.apart) if check.apart else '0'}) AS n{number}"

    def _digest_names(self) -> Iterator[str]:
        for number, rule in enumerate(self._layout.rules):
            check = rule.requirement.check
            if isinstance(check, NoOverlap) or (isinstance(check, References) and check.compare):
                yield from (f"h{number}", f"n{number}")


def _keys(layout: Layout) -> set[str]:
    keys: set[str] = set()
    for rule in layout.rules:
        match rule.requirement.check:
            case Group() | Unique() | Acyclic() | Quotient() as check:
                keys |= named_in(check)
            case References() as check:
                keys |= named_in(check) - set(check.compare)
                keys |= set() if is_joined(check, layout.dataset.name) else {check.to_column}
            case NoOverlap() as check:
                keys |= {name for ends in check.ranges for name in ends}
    return keys


def _any_of(conditions: Iterable[str]) -> str:
    """SQL that is true where one of the conditions is; faster than OR, which computes with NULLs."""
    return f"CASE {' '.join(f'WHEN {condition} THEN TRUE' for condition in conditions)} ELSE FALSE END"


def _set_bits(word: int) -> Iterator[int]:
    while word:
        lowest = word & -word
        yield lowest.bit_length() - 1
        word ^= lowest


def _packed(bits: Iterable[tuple[Bit, str]]) -> list[str]:
    """SQL of words in which each bit is set where its condition holds."""
    words: dict[str, list[str]] = {}
    for bit, condition in bits:
        parts = words.setdefault(bit.word, [])
        if condition != "FALSE":
            parts.append(f"CASE WHEN {condition} THEN {bit.mask}::UBIGINT ELSE 0::UBIGINT END")
    return [f"({' | '.join(parts) or '0::UBIGINT'}) AS {word}" for word, parts in words.items()]


def _packed_where(condition: str, bits: Iterable[tuple[Bit, str]], layout: Layout | None = None) -> list[str]:
    """The same, where a condition holds, and none elsewhere; of rules, with the bits that guards set and hide."""
    words = [each.rsplit(" AS ", 1) for each in _packed(bits)]
    if layout is not None:
        words = [[_guarded(word, layout.guards.get(name), layout.masks.get(name)), name] for word, name in words]
    return [f"CASE WHEN {condition} THEN {word} ELSE 0::UBIGINT END AS {name}" for word, name in words]


def _guarded(word: str, guard: str | None, mask: str | None) -> str:
    both = word if guard is None else f"({word} | {guard})"
    return both if mask is None else f"{both} & ~{mask}"


def _is_looked_at(column: Column, source: Source) -> bool:
    """Whether a column has texts, and they may have a fault of shape."""
    is_text = column.name in source.texts and column.name not in source.faults
    return is_text and not (source.is_bare and is_sound_if_bare(column))


def _fault(slot: SlotBits, source: Source) -> str:
    """SQL condition that a value has a fault of shape."""
    if slot.malformed and (slot.column.name not in source.texts or (source.is_bare and is_sound_if_bare(slot.column))):
        return "FALSE"
    fault = source.faults.get(slot.column.name)
    if fault is None or not slot.malformed:
        return slot.marked_condition if source.is_marked(slot.column.name) else slot.condition
    facets = {Facet.RANGE} if slot.column.kind is Kind.INTEGER else {Facet.PATTERN}
    own = next(shape.requirement for shape in slot.column.shapes if shape.facet in facets)
    return fault if slot.requirement == own else "FALSE"


def _value(column: Column, source: Source) -> str:
    """SQL of a column's value for the rules; the mark of a refused row is none."""
    if column.name in source.faults:
        return identifier(column.name)
    value = typed(column, identifier(column.name))
    return f"CASE WHEN refused THEN NULL ELSE {value} END" if column.name == "spec_version" else value


def _any_bit(bits: Iterable[Bit]) -> str:
    masks: dict[str, int] = {}
    for bit in bits:
        masks[bit.word] = masks.get(bit.word, 0) | bit.mask
    tests = " OR ".join(f"({word} & {mask}::UBIGINT) <> 0" for word, mask in masks.items())
    return f"({tests})" if tests else "FALSE"
