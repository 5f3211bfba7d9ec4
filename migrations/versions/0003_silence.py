"""silence"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heard_hour",
        sa.Column("hour_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour_at", name=op.f("pk_heard_hour")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("basis", sa.LargeBinary(), nullable=True),
        sa.Column("intake", sa.LargeBinary(), nullable=True),
        sa.Column("hours", sa.LargeBinary(), nullable=False),
        sa.Column("retention", sa.LargeBinary(), nullable=False),
        sa.Column("held_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "watch_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last_run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspects_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_run")),
    )
    op.create_table(
        "agreement",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=True),
        sa.Column("weekdays", sa.String(), nullable=False),
        sa.Column("follows_rhythm", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("level", sa.Float(), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rhythm", sa.LargeBinary(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("silence_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_agreement_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_agreement")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_next_due_at"), ["next_due_at"], unique=False)

    op.create_table(
        "agreement_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("helped_by", sa.LargeBinary(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_agreement_consent_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_consent")),
    )
    with op.batch_alter_table("agreement_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_consent_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("email_hash", sa.String(), nullable=True),
        sa.Column("invitation_hash", sa.String(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_member_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("email_hash", name=op.f("uq_member_email_hash")),
        sa.UniqueConstraint("invitation_hash", name=op.f("uq_member_invitation_hash")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "pause",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("shown_to", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_pause_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pause_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "representative",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("checked_by", sa.LargeBinary(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_representative_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representative")),
    )
    with op.batch_alter_table("representative", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_representative_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "silence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phone_trouble", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("spoke_by", sa.Uuid(), nullable=True),
        sa.Column("spoke_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_silence_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silence")),
    )
    with op.batch_alter_table("silence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_silence_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_silence_opened_at"), ["opened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_silence_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "care",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_care_member_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_care_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_care_resident_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care")),
    )
    with op.batch_alter_table("care", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_care_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_care_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "case_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("silence_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("follow_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("runs_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_case_act_member_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_case_act_resident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["silence_id"], ["silence.id"], name=op.f("fk_case_act_silence_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_act")),
    )
    with op.batch_alter_table("case_act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_act_resident_id"), ["resident_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_act_silence_id"), ["silence_id"], unique=False)

    op.create_table(
        "duty",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("begins", sa.String(), nullable=False),
        sa.Column("ends", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_duty_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_duty_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
    )
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "freeze",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("thawed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_freeze_contact_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_freeze_member_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_freeze_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freeze")),
    )
    with op.batch_alter_table("freeze", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_freeze_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("wish", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_muted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_proposal_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_proposal_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_proposal_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_effective_at"), ["effective_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("silence_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reach_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link_hash", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_s", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_question_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_question_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_question_resident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["silence_id"], ["silence.id"], name=op.f("fk_question_silence_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_question_link_hash")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_resident_id"), ["resident_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_silence_id"), ["silence_id"], unique=False)

    op.create_table(
        "work_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_work_session_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_work_session_token_hash")),
    )
    with op.batch_alter_table("work_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_session_member_id"), ["member_id"], unique=False)

    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("care_id", sa.Uuid(), nullable=False),
        sa.Column("from_member_id", sa.Uuid(), nullable=False),
        sa.Column("to_member_id", sa.Uuid(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["care_id"], ["care.id"], name=op.f("fk_handover_care_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["from_member_id"], ["member.id"], name=op.f("fk_handover_from_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_handover_resident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["to_member_id"], ["member.id"], name=op.f("fk_handover_to_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_care_id"), ["care_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_resident_id"), ["resident_id"], unique=False)

    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counts", sa.Boolean(), server_default=sa.true(), nullable=False))

    with op.batch_alter_table("outbox_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("question_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("note", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_outbox_item_question_id"), ["question_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_item_question_id"), "question", ["question_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.add_column(sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.add_column(sa.Column("member_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_subscription_member_id"), ["member_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_subscription_member_id"), "member", ["member_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("teken", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_teken_made_at"), ["made_at"], unique=False)

    # Whoever is here already only greets, as before: nothing counts as silence until they say so themselves.
    op.execute(
        "INSERT INTO agreement (resident_id, kind, weekdays, level, agreed_at, heard_at) "
        "SELECT id, 'greetings', '0123456', 0.5, created_at, last_heard_at FROM resident"
    )


def downgrade() -> None:
    with op.batch_alter_table("teken", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_teken_made_at"))

    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_subscription_member_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_subscription_member_id"))
        batch_op.drop_column("member_id")

    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.drop_column("frozen_at")

    with op.batch_alter_table("outbox_item", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_outbox_item_question_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_outbox_item_question_id"))
        batch_op.drop_column("note")
        batch_op.drop_column("question_id")

    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_column("counts")

    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_resident_id"))
        batch_op.drop_index(batch_op.f("ix_handover_care_id"))

    op.drop_table("handover")
    with op.batch_alter_table("work_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_session_member_id"))

    op.drop_table("work_session")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_silence_id"))
        batch_op.drop_index(batch_op.f("ix_question_resident_id"))
        batch_op.drop_index(batch_op.f("ix_question_member_id"))

    op.drop_table("question")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_resident_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_effective_at"))

    op.drop_table("proposal")
    with op.batch_alter_table("freeze", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_freeze_resident_id"))

    op.drop_table("freeze")
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_duty_member_id"))

    op.drop_table("duty")
    with op.batch_alter_table("case_act", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_act_silence_id"))
        batch_op.drop_index(batch_op.f("ix_case_act_resident_id"))

    op.drop_table("case_act")
    with op.batch_alter_table("care", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_care_resident_id"))
        batch_op.drop_index(batch_op.f("ix_care_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_care_member_id"))

    op.drop_table("care")
    with op.batch_alter_table("silence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_silence_resident_id"))
        batch_op.drop_index(batch_op.f("ix_silence_opened_at"))
        batch_op.drop_index(batch_op.f("ix_silence_closed_at"))

    op.drop_table("silence")
    with op.batch_alter_table("representative", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_representative_resident_id"))

    op.drop_table("representative")
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pause_resident_id"))

    op.drop_table("pause")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_organisation_id"))

    op.drop_table("member")
    with op.batch_alter_table("agreement_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_consent_resident_id"))

    op.drop_table("agreement_consent")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_next_due_at"))

    op.drop_table("agreement")
    op.drop_table("watch_run")
    op.drop_table("organisation")
    op.drop_table("heard_hour")
