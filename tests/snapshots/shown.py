"""In which snapshot each screen of the application is the one that is seen."""

from __future__ import annotations

from collections.abc import Mapping

SHOWN_IN: Mapping[str, str] = {
    "AddressesScreen": "addresses",
    "AlertsScreen": "alerts",
    "AttachmentsScreen": "attachments",
    "ChoiceScreen": "new_message",
    "ClinicScreen": "clinic_setup",
    "ComposerScreen": "composer",
    "EncloseScreen": "enclose",
    "FilterScreen": "filter_dialog",
    "ForwardScreen": "post_forward",
    "HelpScreen": "help",
    "JumpScreen": "jump",
    "KeyPressScreen": "clinic_key_press",
    "LockScreen": "locked",
    "LogScreen": "log",
    "NameScreen": "filter_name",
    "PaletteScreen": "palette",
    "PatientsScreen": "patients",
    "PostScreen": "post",
    "PreviewScreen": "preview",
    "QuotingScreen": "quote",
    "SaveScreen": "attachment_save",
    "ShortcutScreen": "shortcut_new",
    "ShortcutsScreen": "shortcuts",
    "SmallForm": "new_patient",
    "StatisticsScreen": "log_statistics",
}
"""By the name of its class; that it is on top there is asserted where the snapshot is taken."""

SHOWS = {stop: screen for screen, stop in SHOWN_IN.items()}
