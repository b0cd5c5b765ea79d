"""Refuses a template that grants more than it names.

Every function's policies are written out as statements; what they allow is single actions on named resources, and
never a `Scan`, nor PartiQL, which can hide one.
"""

import re
import sys

from samtranslator.yaml_helper import yaml_parse


def listed(value):
    return value if isinstance(value, list) else [value]


def statements(node, path=""):
    """Every statement of the template, with the place where it stands."""
    if isinstance(node, dict):
        if "Effect" in node:
            yield path, node
        for key, value in node.items():
            yield from statements(value, f"{path}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from statements(value, f"{path}/{index}")


def excess(statement):
    """What a statement allows beyond single actions on named resources."""
    if statement["Effect"] != "Allow":
        return
    for broad in ("NotAction", "NotResource", "NotPrincipal"):
        if broad in statement:
            yield broad
    for action in listed(statement.get("Action", [])):
        if not re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", str(action)):
            yield f"action {action}"
        elif re.match(r"dynamodb:(Scan|PartiQL)", action, re.IGNORECASE):
            yield f"action {action}"
    for resource in listed(statement.get("Resource", [])):
        # `${Bucket.Arn}/*` names a bucket; a bare `*`, or any index of a table, names nothing.
        text = resource.get("Fn::Sub", "") if isinstance(resource, dict) else resource
        if re.fullmatch(r"[*:?]*|arn:[^$]*:\*|.*/index/\*", str(text)) and text != "":
            yield f"resource {text}"


def main(path):
    with open(path, encoding="utf-8") as file:
        resources = yaml_parse(file.read())["Resources"]
    found = []
    for name, resource in resources.items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        for policy in listed(resource["Properties"].get("Policies", [])):
            if not (isinstance(policy, dict) and "Statement" in policy):
                found.append(f"{name}: not a statement: {policy}")
    for place, statement in statements(resources):
        found += [f"{place}: {what}" for what in excess(statement)]
    for line in found:
        print(line, file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
