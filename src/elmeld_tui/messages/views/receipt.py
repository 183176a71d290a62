"""An application receipt (AppRec) as the sender of the original wants it: the answer, the reasons, what it answers."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages.nodes import Node, find_all
from elmeld_tui.messages.views import shapes
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.model.view import Section


def content(placing: Placing, root: Node) -> list[Section]:
    """Place the status and its errors, then the message they answer."""
    answer = shapes.section(placing, [*find_all(root, "Status"), *find_all(root, "Error")], t("Kvittering"))
    original = [section for one in find_all(root, "OriginalMsgId") for section in shapes.sections(placing, one)]
    return [answer, *original] if answer else original
