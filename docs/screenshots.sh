#!/usr/bin/env bash
# Makes the pictures of the README again: the browser tests keep one of every page they visit, and a few are chosen here.
set -euo pipefail
cd "$(dirname "$0")/.."
all=$(mktemp -d)
WARES_TEST_SCREENSHOTS="$all" cargo nextest run --workspace -E 'package(wares) and test(browser)'
mkdir -p docs/screenshots
for name in home-1280-light-noscript product-390-light checkout-review-390-light product-1280-dark admin-order-1280-light; do
  python3 docs/top_of_picture.py "$all/$name.png" "docs/screenshots/$name.png"
done
rm -rf "$all"
