# SPDX-License-Identifier: Apache-2.0
"""The instruments of `labctl explain`, one module each."""
