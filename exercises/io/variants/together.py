# SPDX-License-Identifier: Apache-2.0
"""Everything: a buffer, overlapped waits, one fsync, columns."""

import asynchronous
import baseline
import buffered
import columns
import grouped

PARTS = (asynchronous, buffered, columns, grouped)
run = baseline.run
