# SPDX-License-Identifier: Apache-2.0
"""Both: few queries, and an index for them."""

import index
import recursive

setup = index.setup
run = recursive.run
