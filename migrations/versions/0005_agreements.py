"""agreements"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("empty_told_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("calmer_offered_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_column("calmer_offered_at")
        batch_op.drop_column("empty_told_at")
