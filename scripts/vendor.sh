#!/usr/bin/env bash
# Refresh static/vendor from the packages pinned in frontend/package.json (needs Node 20 and npm).
# Maintainers only: what it makes is committed, so running and testing Pierhead never needs Node.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=frontend/node_modules
vendor=static/vendor

npm ci --prefix frontend --ignore-scripts --no-audit --no-fund --loglevel=error

rm -rf "$vendor"
mkdir -p "$vendor"/css "$vendor"/js "$vendor"/licences

node "$packages/sass/sass.js" --quiet-deps --no-source-map --no-charset --style=compressed \
  --load-path=frontend --load-path="$packages" frontend/scss/app.scss "$vendor/css/app.css"

# Images of parts we do not use, the footer's Royal crest among them, which is not licensed to us.
# An address that leads nowhere would also stop collectstatic.
sed -i -E 's#url\("?\.\./[^)]*\)#none#g' "$vendor/css/app.css"

# The minified file is one line, so only the comment goes.
sed 's|//# sourceMappingURL=.*$||' "$packages/govuk-frontend/dist/govuk/govuk-frontend.min.js" \
  > "$vendor/js/govuk-frontend.min.js"

cp frontend/licences/govuk-frontend.txt frontend/licences/moj-frontend.txt "$vendor/licences/"

if grep -rIqE 'GDS Transport|url\(' "$vendor/css"; then
  echo "The CSS names GOV.UK's typeface, or an image or font that is not here." >&2
  exit 1
fi
if find "$vendor" -iname '*crest*' -o -iname '*crown*' -o -iname '*.woff*' | grep -q .; then
  echo "A crest, crown or font got in." >&2
  exit 1
fi

(
  cd "$vendor"
  find . -type f ! -name MANIFEST.sha256 -print0 | LC_ALL=C sort -z | xargs -0 sha256sum \
    > MANIFEST.sha256
)
du -sh "$vendor"
