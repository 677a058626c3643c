"""Which sentences are decoded together: batches of about the same length, longest first.

Input:  piece counts of the sentences.
Output: batches of indices; every index once. A batch costs its longest sentence times its size.

    >>> token_batches([3, 9, 4, 8], max_tokens=18, n_workers=1)
    [[1, 3], [2, 0]]

With more than one worker a short list is still cut into a batch for each of them, down to
`MIN_BATCH_TOKENS`: forty sentences that fit one batch would leave the second core idle.

Sentences that share a batch have lengths within the same multiple of `LENGTH_STEP`: padding far
beyond a sentence's own length changes the order of the sums in attention, and with it the last bits
of the scores, and, once in 700 sentences, the English.
"""

from __future__ import annotations

from collections.abc import Sequence

MIN_BATCH_TOKENS = 128
LENGTH_STEP = 16


def token_batches(
    lengths: Sequence[int], *, max_tokens: int, n_workers: int, same_length: bool = False
) -> list[list[int]]:
    """Indices of `lengths` grouped; with `same_length` no batch needs any padding."""
    share = -(-sum(lengths) // max(1, n_workers))
    budget = min(max_tokens, max(share, MIN_BATCH_TOKENS))
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    step = 1 if same_length else LENGTH_STEP
    batches: list[list[int]] = []
    for i in order:
        batch = batches[-1] if batches else []
        longest = lengths[batch[0]] if batch else 0
        full = longest * (len(batch) + 1) > budget
        if not batch or full or -(-lengths[i] // step) != -(-longest // step):
            batches.append([i])
        else:
            batch.append(i)
    return batches
