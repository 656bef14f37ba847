"""What a word that no table has is read as, in the words of a note."""

from __future__ import annotations

READ_AS = {
    "return statuses": "open",
    "order statuses": "not cancelled, and by their times",
    "cancellation statuses": "not done",
    "types of order": "normal",
    "kinds of fulfilment": "the seller's",
}
"""By what the words are of; all others are read as unknown."""
