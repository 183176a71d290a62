"""``elmeld ssh-keys``: whose SSH key is whose; also the answer to sshd when somebody logs in."""

from __future__ import annotations

import argparse
from pathlib import Path

from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import DONE, WRONG_USE, CommandError
from elmeld_tui.cli.opening import opened, opened_log, require
from elmeld_tui.cli.telling import tell
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line

NAME = "ssh-keys"


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        NAME,
        told=t("hvem logger inn med hvilken SSH-nøkkel"),
        description=t(
            "Lar folk logge inn med hver sin nøkkel på én felles konto, rett inn i terminalen og ikke noe annet. sshd "
            "spør «ssh-keys lookup» (AuthorizedKeysCommand)."
        ),
        epilog=t("Eksempel: elmeld ssh-keys add kari kari.pub"),
    )
    listing = parts.add_parser("list", help=t("vis nøklene"))
    listing.set_defaults(act=_list)
    adding = parts.add_parser("add", help=t("la noen logge inn med en nøkkel"))
    adding.add_argument("login", metavar=t("NAVN"))
    adding.add_argument("file", type=Path, metavar=t("FIL"), help=t("den offentlige nøkkelen (.pub)"))
    adding.set_defaults(act=_add)
    removing = parts.add_parser("remove", help=t("la ingen logge inn med en nøkkel lenger"))
    removing.add_argument("fingerprint", metavar="SHA256:…")
    removing.set_defaults(act=_remove)
    lookup = parts.add_parser("lookup", help=t("for sshd: hva den som har denne nøkkelen, kommer inn i"))
    lookup.add_argument("type", metavar="%t")
    lookup.add_argument("key", metavar="%k")
    lookup.set_defaults(act=_lookup)
    return list(parts.choices.values())


def _list(args: argparse.Namespace) -> int:
    from elmeld_tui.office.policy import Action
    from elmeld_tui.store.ssh_keys_reading import known_keys

    with opened_log(args) as reader:
        require(args, reader, Action.SEE_CLINIC)
        for key in known_keys(reader.ask):
            if args.json:
                print(json_line(key._asdict()))
            else:
                print(harmless(f"{key.login:<12}  {key.type:<20}  {key.fingerprint}  {key.comment}".rstrip()))
    return DONE


def _add(args: argparse.Namespace) -> int:
    from elmeld_tui.office.ssh_keys import add_key

    try:
        line = args.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error.reason
        raise CommandError(
            t("kan ikke lese {path}: {reason}", path=args.file, reason=reason), WRONG_USE
        ) from error
    with opened(args) as office:
        key = add_key(office, args.login, line)
    if args.json:
        print(json_line({"login": args.login, "fingerprint": key.fingerprint}))
    else:
        print(t("{login} kan logge inn med {fingerprint}.", login=args.login, fingerprint=key.fingerprint))
    return DONE


def _remove(args: argparse.Namespace) -> int:
    from elmeld_tui.office.ssh_keys import remove_key

    with opened(args) as office:
        remove_key(office, args.fingerprint)
    tell(args, t("Nøkkelen gjelder ikke lenger."), removed=args.fingerprint)
    return DONE


def _lookup(args: argparse.Namespace) -> int:
    from elmeld_tui.office.ssh_login import authorized_line
    from elmeld_tui.store.ssh_keys_reading import read_public_key

    offered = read_public_key(f"{args.type} {args.key}")
    with opened_log(args) as reader:
        line = authorized_line(reader, args.data_dir, args.config, offered) if offered else ""
    if line:
        print(line)
    return DONE
