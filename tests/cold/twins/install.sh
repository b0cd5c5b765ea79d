#!/bin/sh
# Installs the twins into a folder, from PyPI and npm, and makes a launcher for each function there. A launcher is what
# Lambda's `bootstrap` is: it becomes the runtime, which asks `AWS_LAMBDA_RUNTIME_API` for events. It needs nothing else
# of its environment but what the function reads.
#
# It needs Python 3.10 or later with `venv`, and Node 20 or later with npm. A second run does nothing when nothing has changed.
set -eu

[ $# -eq 1 ] || {
    echo "Where to? $0 <folder>" >&2
    exit 2
}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)

# The distribution's own Python is the faster one where both are: it is built with profiles, as Lambda's is.
python=${PYTHON:-}
for candidate in /usr/bin/python3 python3; do
    [ -n "$python" ] || { "$candidate" -c 'import ensurepip, venv' 2>/dev/null && python=$candidate; } || true
done
[ -n "$python" ] || { echo 'There is no Python 3 with venv.' >&2; exit 1; }
node=$(command -v node) || { echo 'There is no Node.' >&2; exit 1; }
# A version manager's stand-in would have to look for the real one at every start.
node=$("$node" -p process.execPath)

stamp=$({ "$python" -V; "$node" -v; cat "$here/install.sh" "$here"/python/* "$here"/node/*; } | cksum)
if [ "$(cat "$folder/complete" 2>/dev/null)" != "$stamp $here" ]; then
    rm -rf "$folder/complete" "$folder/python" "$folder/node"

    "$python" -m venv "$folder/python"
    "$folder/python/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile \
        --requirement "$here/python/requirements.txt"
    # A deployment package has neither; setuptools even runs at every start.
    "$folder/python/bin/python" -m pip uninstall --quiet --disable-pip-version-check --yes setuptools
    mkdir "$folder/python/task"
    cp "$here"/python/*.py "$folder/python/task"
    # Byte code is shipped with the package, or every cold start would compile it.
    "$folder/python/bin/python" -m compileall -q "$folder/python/lib" "$folder/python/task"

    mkdir "$folder/node"
    cp "$here"/node/* "$folder/node"
    (
        cd "$folder/node"
        npm ci --silent --no-audit --no-fund --no-update-notifier
        # The modules' ES form, so that what is not used is left out.
        for function in get-ticket create-ticket; do
            node_modules/.bin/esbuild "$function.js" --bundle --minify --platform=node --target=node20 --format=cjs \
                --main-fields=module,main --legal-comments=none --log-level=warning --outfile="task/$function.cjs"
        done
    )

    for function in get-ticket create-ticket; do
        cat >"$folder/python-$function" <<END
#!/bin/sh
PYTHONPATH='$folder/python/task' exec '$folder/python/bin/python' -m awslambdaric '$(echo "$function" | tr - _).handler'
END
        cat >"$folder/node-$function" <<END
#!/bin/sh
exec '$node' '$folder/node/runtime.cjs' '$folder/node/task/$function.cjs'
END
        chmod +x "$folder/python-$function" "$folder/node-$function"
    done
    echo "$stamp $here" >"$folder/complete"
fi

for function in get-ticket create-ticket; do
    echo "$folder/python-$function"
    echo "$folder/node-$function"
done
