"""What somebody at the clinic has written, as answers to forms."""

from __future__ import annotations

from elmeld_tui.model.forms import Answers

REFERRAL = {"reason": "Vurdering ønskes", "diagnosis": ["ICPC-2:T90"], "comment": "Haster litt"}
DIALOGUE: Answers = {
    "theme": "6",
    "subject": "Blodtrykk",
    "text": "Kan dere kontrollere?",
    "contact_profession": "LE",
}
