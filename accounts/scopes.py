"""What a system may be let do, in OAuth's words. A token holds some of these and no others."""

from collections.abc import Mapping
from typing import Final

SCOPES: Final[Mapping[str, str]] = {
    "referral:create": "Send referrals and withdraw them",
    "referral:read": "Read the referrals its agency sent or received",
    "referral:decide": "Take, accept, decline, ask, answer and close",
    "case:read": "Read what its agency holds a grant for",
    "attachment:add": "Attach files to cases and take them off",
    "followup:read": "Read follow-ups and visits",
    "followup:write": "Book visits and record what came of them",
    "event:read": "Hear what happened to them: the feed, and a webhook",
    "service:read": "Read the directory of services",
}
