#!/usr/bin/env bash
# 100,000 questions to the index, a walk and SQL, from a seed that is printed. Some tens of minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
NEWSDB_TRIPLES="${1:-100000}" cargo test --release -p newsdb-properties index_differential -- --nocapture
