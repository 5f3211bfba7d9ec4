"""trust"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("is_restored", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_place")),
    )
    op.create_table(
        "display",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("viewer_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["viewer_id"], ["viewer.id"], name=op.f("fk_display_viewer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_display")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_display_token_hash")),
    )
    with op.batch_alter_table("display", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_display_viewer_id"), ["viewer_id"], unique=False)

    op.create_table(
        "log_line",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_log_line_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resident_id", "number", name=op.f("pk_log_line")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("trusted_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_own", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_wide", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("circle_is_known", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("sign_days", sa.Integer(), server_default="400", nullable=False))
        batch_op.add_column(sa.Column("tidy_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("dormant_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("log_head", sa.LargeBinary(), nullable=True))
        batch_op.create_index(batch_op.f("ix_resident_tidy_at"), ["tidy_at"], unique=False)

    with op.batch_alter_table("teken", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_exact", sa.Boolean(), server_default=sa.true(), nullable=False))

    with op.batch_alter_table("walk", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_exact", sa.Boolean(), server_default=sa.true(), nullable=False))

    with op.batch_alter_table("replay", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resident_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_replay_resident_id"), ["resident_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_replay_resident_id"), "resident", ["resident_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    with op.batch_alter_table("replay", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_replay_resident_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_replay_resident_id"))
        batch_op.drop_column("resident_id")

    with op.batch_alter_table("walk", schema=None) as batch_op:
        batch_op.drop_column("is_exact")

    with op.batch_alter_table("teken", schema=None) as batch_op:
        batch_op.drop_column("is_exact")

    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resident_tidy_at"))
        batch_op.drop_column("log_head")
        batch_op.drop_column("dormant_asked_at")
        batch_op.drop_column("tidy_at")
        batch_op.drop_column("sign_days")
        batch_op.drop_column("circle_is_known")
        batch_op.drop_column("is_wide")

    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.drop_column("is_own")

    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_column("trusted_at")

    op.drop_table("log_line")
    with op.batch_alter_table("display", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_display_viewer_id"))

    op.drop_table("display")
    op.drop_table("ledger_place")
