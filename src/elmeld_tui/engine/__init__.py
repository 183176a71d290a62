"""The stations a message passes, in order.

Out: `outbox` (committed in the same transaction as whatever caused it) → `delivery` (packed once, sent, answered) →
`answers` (what the partner's signal means) → `receipts` (the receiver's AppRec) → `deadlines` (no AppRec in time).

In: `fetching` (or the HTTP listener) → `receipt` (verified, stored, then acknowledged) → `importing` (judged, taken
in, answered by AppRec). `service` runs them all.
"""
