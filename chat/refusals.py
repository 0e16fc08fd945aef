"""The ways the delivery service says no; every one with a stable code."""

from django.utils.translation import gettext_lazy as _

from prifora.kernel.errors import Conflict, Refused, TooLarge


class StaleEpoch(Conflict):
    """The group has moved on: read the log, seal again, send again. Carries the current `epoch`."""

    code = "stale_epoch"
    sentence = _("Somebody joined or left just now. Your message is sent again by itself.")


class PendingRemoval(Conflict):
    """Somebody must be removed from the keys first; any member's device does it."""

    code = "pending_removal"
    sentence = _("Somebody is being removed first. Your message is sent again by itself.")


class CommitRefused(Refused):
    """The commit does not hold. `reason` is a word for developers."""

    code = "commit_refused"
    sentence = _("This change could not be made.")


class GroupRefused(Refused):
    """The new group does not hold."""

    code = "group_refused"
    sentence = _("This conversation could not be started.")


class PackageRefused(Refused):
    """A key package that is not fit to be handed out."""

    code = "package_refused"
    sentence = _("This device could not store its keys.")


class ConversationExists(Conflict):
    """These two already talk here, or the family has its conversation. Carries the `id` of it."""

    code = "exists"
    sentence = _("This conversation exists already.")


class RecordTaken(Conflict):
    """The archive has another message under this record id."""

    code = "record_taken"


class BoxesRefused(Refused):
    """Archive keys of epochs whose own key the giver was never given, or two for one epoch."""

    code = "boxes_refused"


class FileTaken(Conflict):
    """The conversation has other bytes under this file id."""

    code = "file_taken"


class MessageTooLong(TooLarge):
    """The sealed message is over BODY_MAX_BYTES."""

    code = "message_too_large"
    sentence = _("This message is too long.")
