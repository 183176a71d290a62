"""The stations of a message, in order.

Out: `outbox` (owed in the sender's own transaction) → `delivery` (packed once, sent, answered) → `answers` (what
the partner's signal means) → `receipts` (its AppRec) → `deadlines` (or none in time).
In: `fetching` (or the listener) → `receipt` (believed or not, kept, then acknowledged) → `importing` (judged, taken in,
answered by AppRec). `service` runs them.
"""
