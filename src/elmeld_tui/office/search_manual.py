"""docs/search.md: the search language for those who use it, with tables made from its own words."""

from __future__ import annotations

from elmeld_tui.office import search_words as words
from elmeld_tui.office.search_words import Value

_BEFORE = """# Searching

The same words work everywhere: in the search line of Post and Meldingslogg (`/`), in `elmeld log` and in
`elmeld post`. Norwegian and English words are both understood, whatever the language of the screen.

    status:avvist retning:ut etter:01.11            what we sent since 1 November and was rejected
    -type:kvittering fra:"Nordvik sykehus"          everything from there but receipts
    type:epikrise type:notat pasient:"ørjan åsen"   discharge summaries and notes about one patient
    ulest vedlegg kne                               unread, with attachments, and about a knee

- A word without a colon is looked for in names, ids and text: `blod` finds «blodprøve». All words must be found.
- Filters must all hold. Of several with the same key any is enough: `type:epikrise type:notat` is either.
- `-` or `!` in front turns a filter or a word about: `-type:kvittering`, `!kne`. On the command line use `!`, or put the
  whole search in single quotes, since a shell and the command read a leading `-` as something else.
- Words in quotes must stand next to each other and in that order: `"høyre kne"` finds «smerter i høyre kneledd», not
  «kne, høyre side». In `fra:"Nordvik sykehus"`, and in what is refused (`!"høyre kne"`), they are held together only
  as belonging to one filter: all must be found, in any order. Quotes also make a word that means something into text:
  `"ulest"`.
- A date is `24.12`, `24.12.2026`, `2026-12-24`, `i-dag`, `i-går` or `7d` (seven days ago). Without a year it is the
  latest such day that has begun. `etter:` is from that day on, `før:` is before it.
- `@navn` stands for what is kept under that name in the same place, by the user who is signed in.
- What cannot be understood is told, with what can be written instead; the list stays as it was.

Where words that are each common hardly ever occur together, a large store has to be gone through: the list says
`leter videre …`, everything else can be done meanwhile, and what is found is shown when it is.

In the terminal the words one may mean stand below the line as one types; `tab` takes the first. Each filter stands in the
title with a × to click, `backspace` takes away the last, and `f` opens a list to choose from, where `F8` keeps what is
chosen under a name. What is kept is renamed with `F7` and deleted with `delete`.
"""


def manual() -> str:
    """Return the whole page, in Markdown; a test keeps it fresh."""
    parts = [_BEFORE, "## Words\n", "| Norwegian | English | |", "|---|---|---|"]
    parts += [f"| `{key.norwegian}:` | `{key.english}:` | {key.help()} |" for key in words.KEYS]
    parts += [f"| `{flag.norwegian}` | `{flag.english}` | {flag.help()} |" for flag in words.FLAGS]
    for key, values in words.VALUES.items():
        parts += [f"\n## {key.norwegian}:\n", "| Norwegian | English | Chooses |", "|---|---|---|"]
        parts += [f"| `{one.norwegian}` | `{one.english}` | {_chooses(one)} |" for one in values]
    return "\n".join(parts) + "\n"


def _chooses(value: Value) -> str:
    chosen = value.chosen
    sets = (chosen.communication_types, chosen.states, chosen.receipts, chosen.kinds)
    named = ("communication type", "state", "receipt", "kind")
    said = [f"{name} {', '.join(sorted(each))}" for name, each in zip(named, sets, strict=True) if each]
    return "; ".join(said) or f"direction {chosen.direction}"
