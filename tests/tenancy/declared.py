"""What the catalogue is allowed to hold. A room that adds to it says why, here."""

from typing import Final

# Tables of ciphertext and wrapped keys: the worker's role has no right to any of them.
SEALED: Final = (
    "vault_*",
    "tenancy_rolekey",
    "mfa_authenticator",
    "referrals_sealedrecord",
    "referrals_attachmentframe",
    "referrals_bundle",
    "referrals_givencontact",
    "referrals_erasurekey",
    "referrals_searchtag",
    "referrals_conflicttag",
    "visits_duressword",
)

# Functions that run as the owner, each with its reason.
DEFINERS: Final = {
    "oversight_ask_for_recovery(bigint,text)": "writes what no member may write by themselves",
    "oversight_answer_recovery(uuid,boolean,text,timestamp with time zone)": (
        "changes a sign-in, for two people who agree"
    ),
    "tenancy_verified()": "reads the signing keys, which no process may",
    "audit_append(jsonb)": "writes the chains, which no process may write by itself",
    "referrals_live_grants(uuid)": "an agency does not see who else works on a case",
    "referrals_is_new(uuid)": "an agency does not see other agencies' grants on a case",
    "referrals_is_with(uuid,bigint,uuid)": "an agency does not see other agencies' referrals",
    "referrals_ask_again(uuid,character varying)": "its caller may not see the rules it holds",
    "referrals_stay_open(uuid,uuid)": "keeps a grant open that its caller cannot see",
    "referrals_end_access(uuid,bigint,timestamp with time zone)": "ends what its caller cannot see",
    "visits_end_handed_on(uuid,timestamp with time zone)": "ends what its caller cannot see",
    "referrals_owes_keys(uuid)": "asks about grants its caller cannot see; answers yes or no",
    "referrals_end_expired(timestamp with time zone,integer)": "the worker has no right to grants",
    "referrals_renewal(uuid,bigint)": "ends what the clock ended, whosever it was",
    "referrals_key_holders(uuid,bigint)": "an agency does not see the others' bundles",
    "referrals_sealed_in(uuid,character varying[])": "an agency does not see what it cannot open",
    "referrals_put_keys(uuid,integer,uuid[],bytea[],uuid[],integer[],bytea[],integer[],bytea[])": (
        "seals anew what nobody may change otherwise"
    ),
    "referrals_follow_answer(uuid,character varying[],character varying[])": (
        "changes a grant its caller cannot see"
    ),
    "referrals_sharings(uuid)": "who leads a case answers for lines it did not take",
    "referrals_grants_of(uuid)": "likewise for grants it does not see",
    "referrals_readings(uuid)": "likewise for other agencies' evidence, without the names",
    "referrals_erase_draft(uuid)": "removes keys and sealed values, which nobody else may remove",
    "audit_heads_due(interval,bigint)": "whoever signs sees how far chains go, and no entry",
    "audit_keep_checkpoint(bigint,bigint,bytea,timestamp with time zone,text,bytea)": (
        "keeps a checkpoint of an entry that its caller may not see"
    ),
    "accounts_add_person(text,text,text,timestamp with time zone,text)": (
        "only an administrator adds, and only to their own agency"
    ),
    "accounts_change_role(bigint,text)": "likewise, and never their own",
    "accounts_end_membership(bigint)": "likewise",
    "accounts_end_sessions(bigint)": "likewise",
    "accounts_add_client(text,text,text,text)": "likewise",
    "accounts_renew_secret(bigint,text)": "likewise",
    "accounts_add_client_key(bigint,text,text,jsonb,interval)": "likewise",
    "accounts_end_client_keys(bigint)": "likewise",
    "accounts_set_addresses(bigint,text)": "likewise",
    "oversight_seen(uuid)": "the agency that leads a case is told which others have seen it",
    "retention_is_held(uuid)": "a hold of anybody counts, and only its agency sees it",
    "retention_kept(text,timestamp with time zone,integer)": (
        "a sender keeps a copy of a case whose row it may not see"
    ),
    "retention_dispose(uuid,timestamp with time zone)": "no process may remove what it removes",
    "retention_note_what_ended()": "no process may write the ledger",
    "retention_await(uuid)": "a sender may hold a case whose row it may not see",
    "retention_note_what_she_said()": "no process may write the ledger",
    "retention_note_what_was_taken_back()": "no process may write the ledger",
    "retention_unknown(text[],uuid[],bigint[],timestamp with time zone[])": (
        "no process may read the ledger; answers a number"
    ),
    "visits_end_without_access(uuid,timestamp with time zone)": "ends what its caller cannot see",
    "visits_give_back(uuid[],timestamp with time zone)": "begins anew what its caller cannot see",
    "referrals_concerned(uuid)": "an agency does not see who else works on a case",
    "referrals_blocked(uuid)": "an agency does not see which of another's staff are kept out",
    "referrals_declared_by_asker(text[],bytea[])": "nobody may read the marks of whom staff know",
    "referrals_joined_with(uuid)": "an agency does not see what another leads",
    "referrals_spread_block()": "an agency does not see whom another keeps out",
    "referrals_spread_lift()": "an agency does not see whom another keeps out",
    "referrals_spread_hold()": "its caller may not see the other case",
    "referrals_unite()": "an agency does not see whom another keeps out",
    "referrals_hidden()": "names what its caller may not see, so that a policy can leave it out",
    "referrals_keep_out(uuid,bigint[],text[],bytea[],boolean)": "compares tags nobody may read",
    "referrals_keep_out_declared(uuid)": "compares tags nobody may read",
    "visits_demand()": "counts over every agency's referrals, and gives nothing but numbers",
}
