"""What a terminal may send: all that is typed arrives, and nothing else that comes between is a key."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from itertools import islice

import pytest
from textual import _parser, events
from textual.message import Message

from elmeld_tui.tui import keys, terminal_input
from tests.fuzz.hostile import MANY, SEED, texts

ANSWERS = (
    # To what others have asked (xterm's ctlseqs): who it is, how it goes, where the cursor is, what it can, its sizes.
    *(
        "\x1b[?62;1;6;22c",
        "\x1b[>41;354;0c",
        "\x1b[0n",
        "\x1b[12;40R",
        "\x1b[?1006;1$y",
        "\x1b[?1u",
        "\x1b[8;24;80t",
    ),
    *(
        "\x1b[4;600;800t",
        "\x1b[?997;1n",
        "\x1b[48;0;0;0;0t",
        "\x1b[48;99999;99999;9;9t",
        "\x1b[I",
        "\x1b[O",
        "\x1b[?6c",
    ),
    # Colours, the clipboard, the title and its icon; its name, its settings, whether pictures can be shown.
    *("\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", "\x1b]4;1;rgb:cccc/0000/0000\x07", "\x1b]52;c;a3ZpdHRlcg==\x07"),
    *(
        "\x1b]lkvitter\x1b\\",
        "\x1b]Lk\x07",
        "\x1bP>|WezTerm 2024\x1b\\",
        "\x1bP1+r544e=78\x1b\\",
        "\x1bP1$r0m\x1b\\",
    ),
    *("\x1bP!|6B6B6B\x1b\\", "\x1b_Gi=31;OK\x1b\\", "\x9b?62c", "\x9d10;rgb:0/0/0\x9c", "\x90>|k\x9c"),
    # The mouse, by three ways.
    *("\x1b[<0;5;5M", "\x1b[<65;999999999;1m", "\x1b[32;5;5M", "\x1b[M kk", "\x1b[<0;-1;-1M"),
    # Keys that there are not: beyond Unicode, no characters, let go, by numbers that mean a letter to nobody.
    *(
        "\x1b[1114112u",
        "\x1b[99999999999999999999u",
        "\x1b[97;1;1114112u",
        "\x1b[107;1:3u",
        "\x1b[107~",
        "\x1b[107A",
    ),
    *(
        "\x1b[107;5;999999999:107~",
        "\x1bOz",
        "\x1b[>4;2m",
        "\x1b[k",
        "\x1b[!kkkk"[:4],
        "\x1b[ k",
        "\x1b[1;2;3;4;5k",
    ),
    "\x1b[" + "1;" * 500 + "k",
)
"""What is no key. Most of it holds a ``k``, which signs a message off, where a letter can be."""

_LETTERS = string.ascii_letters + string.digits + "æøåÆØÅ§€中"


class Clock:
    """The time that the terminal's input goes by."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (_parser, terminal_input):
        monkeypatch.setattr(module, "get_time", clock)
    return clock


class Line:
    """A terminal's line to the program, on which time can pass."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._input = keys.Keyboard()
        self.heard: list[Message] = []

    def send(self, text: str) -> None:
        self.heard += self._input.feed(text)

    def be_silent(self, seconds: float) -> None:
        """Let time pass, while the driver looks ten times a second whether something has come."""
        for _ in range(int(seconds * 10) + 1):
            self._clock.now += 0.11
            self.heard += self._input.tick()

    @property
    def written(self) -> str:
        """What keys have written."""
        return "".join(key.character or f"<{key.key}>" for key in self.heard if isinstance(key, events.Key))

    @property
    def pasted(self) -> str:
        return "".join(event.text for event in self.heard if isinstance(event, events.Paste))


@pytest.fixture
def line(clock: Clock) -> Line:
    return Line(clock)


def typed(chance: random.Random) -> str:
    return "".join(chance.choices(_LETTERS, k=chance.randrange(1, 6)))


def in_parts(text: str, chance: random.Random) -> Iterator[str]:
    """Yield ``text`` as a line cuts it, anywhere."""
    at = 0
    while at < len(text):
        yield text[at : (at := at + chance.randrange(1, 9))]


def test_what_is_typed_between_answers_is_all_that_is_written(line: Line) -> None:
    chance, wanted = random.Random(SEED), ""
    for number in range(MANY):
        letters, answer = typed(chance), ANSWERS[number % len(ANSWERS)]
        for part in in_parts(letters + answer, chance):
            line.send(part)
        wanted += letters
    assert line.written == wanted


def test_half_an_answer_is_none_and_what_is_typed_later_is_written(line: Line) -> None:
    chance, wanted = random.Random(SEED), ""
    for number in range(MANY // 10):
        answer, letters = ANSWERS[number % len(ANSWERS)], typed(chance)
        # Of its first two characters no more can be known than that they may be keys.
        line.send(answer[: chance.randrange(min(3, len(answer)), len(answer) + 1)])
        line.be_silent(1.1)
        line.send(letters)
        wanted += letters
    assert line.written == wanted


def test_any_sequence_with_an_end_writes_nothing(line: Line) -> None:
    chance = random.Random(SEED)
    for _ in range(MANY):
        digits = "".join(chance.choices("0123456789;:<=>?", k=chance.randrange(12)))
        # Without a dollar: with one or two digits that is a key of rxvt's, whatever follows.
        between = "".join(chance.choices(" !\"#%&'()*+,-./", k=chance.randrange(2)))
        line.send(f"\x1b[{digits}{between}{chance.choice(string.ascii_letters.replace('u', '').replace('M', ''))}")
    assert not [key for key in line.heard if isinstance(key, events.Key) and key.is_printable]


def test_whatever_is_pasted_is_pasted_and_no_key(line: Line) -> None:
    chance, wanted = random.Random(SEED), 0
    for text in islice(texts(), MANY):
        # Of an end in it, and of an end that another program has put there, no key comes either.
        given = "".join(
            (text, chance.choice(("", "\x1b[201~", "\x1b[201~kk\r", "\x1b[200~", "\x1b[201~k\x1b[200~")), "slutt")
        )
        for part in in_parts(f"\x1b[200~{given}\x1b[201~", chance):
            line.send(part)
        line.be_silent(0.2)
        wanted += given.count("k")
    assert not line.written
    assert line.pasted.count("k") == wanted


def test_a_paste_that_never_ends_is_pasted_and_the_next_key_is_a_key(line: Line) -> None:
    line.send("\x1b[200~blå\x1b[kbær")
    line.be_silent(1.1)
    assert (line.pasted, line.written) == ("blå\x1b[kbær", "")
    line.send(" og mer på en treg linje")  # what more comes at once is of the same paste
    line.be_silent(1.1)
    assert line.pasted.endswith("linje")
    line.send("k")
    line.be_silent(0.2)
    line.send("et brev")
    assert line.written == "ket brev"
    line.send("\x1b[201~")
    assert line.written == "ket brev"


def test_a_paste_that_stalls_goes_on_to_its_end(line: Line) -> None:
    line.send("\x1b[200~en")
    line.be_silent(5)
    line.send("to\x1b[201~")
    line.be_silent(0.2)
    line.send("tre")
    assert (line.pasted, line.written) == ("ento", "tre")


@pytest.mark.parametrize("key", ["\x1b", "\x1b[B", "\x11", "k"])
def test_a_key_right_after_a_paste_is_a_key(key: str, line: Line) -> None:
    line.send(f"\x1b[200~limt\x1b[201~{key}")
    line.be_silent(0.3)
    assert line.pasted == "limt"
    assert [type(event) for event in line.heard] == [events.Paste, events.Key]


def test_two_pastes_together_are_two(line: Line) -> None:
    line.send("\x1b[200~en\x1b[201~\x1b[200~to\x1b[201~k")
    line.be_silent(0.2)
    assert [event.text for event in line.heard if isinstance(event, events.Paste)] == ["en", "to"]
    assert line.written == "k"


def test_who_presses_alt_and_writes_on_loses_nothing(line: Line) -> None:
    line.send("\x1bPasient\x1b]bra\x1b_Hei\x1bXog\x1b^")
    assert line.written == "Pasient<alt+right_square_bracket>bra<alt+underscore>HeiXog<alt+circumflex_accent>"


def test_escape_is_a_key_though_nothing_follows(line: Line) -> None:
    line.send("\x1b")
    assert not line.heard
    line.be_silent(0.1)
    line.send("\x1b\x1b")
    line.be_silent(0.1)
    assert [event.key for event in line.heard if isinstance(event, events.Key)] == ["escape"] * 3


def test_bytes_in_any_parts_are_read_alike() -> None:
    """Half a character, half a sequence: where a line cuts does not matter."""
    from textual.drivers import linux_driver

    keys.install()
    chance = random.Random(SEED)
    for text in islice((text for text in texts() if len(text) < 400), MANY // 10):
        sent = text.encode(errors="surrogatepass") + chance.choice((b"", b"\xe6", b"\xf0\x9f\x91", b"\xff\xfe"))
        whole = Line(Clock())
        parts = Line(Clock())
        whole.send(sent.decode(errors="replace"))
        decode = linux_driver.getincrementaldecoder("utf-8")().decode
        for at in range(len(sent)):
            if half := decode(sent[at : at + 1], final=at + 1 == len(sent)):
                parts.send(half)
        assert [repr(event) for event in parts.heard] == [repr(event) for event in whole.heard]
