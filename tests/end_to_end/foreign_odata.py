"""$filter, $orderby and $select of OData v3 over rows that are dicts of text, Decimal, bool, datetime, Guid or None."""

import datetime
import decimal
import re

from foreign_http import Answer

TOKEN = re.compile(
    r"\s*(?:(guid'[0-9a-fA-F-]{36}')|(datetime'[^']*')|('(?:[^']|'')*')|(-?\d+(?:\.\d+)?[LlDdMm]?)|([A-Za-z_][A-Za-z0-9_/]*)|([(),]))"
)


class Guid(str):
    """Compared without case; rendered as the dialect likes."""

    def __new__(cls, text):
        return super().__new__(cls, text.lower())


def bad(text):
    return Answer(400, {"error": {"code": "", "message": {"lang": "", "value": text}}})


def literal_moment(text):
    for form in ("%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"):
        try:
            return datetime.datetime.strptime(text, form)
        except ValueError:
            continue
    raise bad(f"Invalid datetime: {text}")


class Filter:
    """A recursive descent over the grammar; `matches(row)` is its meaning."""

    def __init__(self, text, properties):
        self.tokens, self.position, self.properties, self.used = [], 0, properties, set()
        at = 0
        while at < len(text.rstrip()):
            found = TOKEN.match(text, at)
            if not found:
                raise bad(f"Syntax error in $filter at {at}: {text}")
            self.tokens.append((found.lastindex, found.group(found.lastindex)))
            at = found.end()
        self.matches = self.either()
        if self.position != len(self.tokens):
            raise bad(f"Syntax error in $filter: {text}")

    def peek(self):
        return self.tokens[self.position][1] if self.position < len(self.tokens) else None

    def take(self, expected=None):
        if self.position >= len(self.tokens) or (expected and self.peek() != expected):
            raise bad(f"Syntax error in $filter: {expected or 'more'} expected")
        self.position += 1
        return self.tokens[self.position - 1]

    def either(self):
        parts = [self.both()]
        while self.peek() == "or":
            self.take()
            parts.append(self.both())
        return lambda row: any(part(row) for part in parts)

    def both(self):
        parts = [self.negation()]
        while self.peek() == "and":
            self.take()
            parts.append(self.negation())
        return lambda row: all(part(row) for part in parts)

    def negation(self):
        if self.peek() == "not":
            self.take()
            inner = self.negation()
            return lambda row: not inner(row)
        return self.comparison()

    def comparison(self):
        if self.peek() == "(":
            self.take("(")
            inner = self.either()
            self.take(")")
            return inner
        left = self.operand()
        if self.peek() not in ("eq", "ne", "gt", "ge", "lt", "le"):
            return lambda row: left(row) is True
        operator = self.take()[1]
        right = self.operand()

        def compare(row):
            a, b = left(row), right(row)
            if operator in ("eq", "ne"):
                same = a == b or (isinstance(a, str) and isinstance(b, str) and not isinstance(a, Guid) and a.lower() == b.lower())
                return same == (operator == "eq")
            if a is None or b is None:
                return False
            if type(a) is not type(b):
                raise bad(f"A binary operator with incompatible types was detected: {a!r} {operator} {b!r}")
            return {"gt": a > b, "ge": a >= b, "lt": a < b, "le": a <= b}[operator]

        return compare

    def operand(self):
        kind, text = self.take()
        if kind == 1:
            value = Guid(text[5:-1])
        elif kind == 2:
            value = literal_moment(text[9:-1])
        elif kind == 3:
            value = text[1:-1].replace("''", "'")
        elif kind == 4:
            value = decimal.Decimal(text.rstrip("LlDdMm"))
        elif text in ("true", "false", "null"):
            value = {"true": True, "false": False, "null": None}[text]
        elif kind == 5 and self.peek() == "(":
            return self.call(text)
        elif kind == 5:
            if text not in self.properties:
                raise bad(f"No property '{text}' exists")
            self.used.add(text)
            return lambda row: row.get(text)
        else:
            raise bad(f"Syntax error in $filter at {text}")
        return lambda row: value

    def call(self, name):
        self.take("(")
        arguments = [self.operand()]
        while self.peek() == ",":
            self.take()
            arguments.append(self.operand())
        self.take(")")
        functions = {
            "trim": lambda text: (text or "").strip(), "tolower": lambda text: (text or "").lower(),
            "startswith": lambda text, start: (text or "").startswith(start), "substringof": lambda part, text: part in (text or ""),
        }  # fmt: skip
        if name not in functions:
            raise bad(f"Unknown function '{name}'")
        return lambda row: functions[name](*[argument(row) for argument in arguments])
