"""Compares what the stack's roles may do with what `infra/rights.txt` says they may.

    python .ci/rights.py           # fails with a diff
    python .ci/rights.py --write   # makes the file anew; the diff is for a reviewer

It reads the template as CloudFormation gets it, so that what SAM adds is seen too. Whatever the file says, it refuses
what nobody should be given: a role of two functions, a managed policy, a `*`, a `Scan`, and PartiQL, which can hide one.
"""

import difflib
import re
import sys

from translation import STACKS, translated

FILE = "infra/rights.txt"
HEADING = """\
# Who may do what: one right a line, of a function or of another role of the stack. A function may write its log besides.
# Compared with the template by `bash .ci/run template`; made anew by `python .ci/rights.py --write`.
"""

LOGS = "AWSLambdaBasicExecutionRole"
# Managed policies that SAM gives; no other role has one.
MANAGED = {"CodeDeployServiceRole": ["AWSCodeDeployRoleForLambda"]}

OPERATORS = {"StringEquals": "=", "StringLike": " like ", "Bool": "=", "NumericGreaterThan": ">"}


def listed(value):
    return value if isinstance(value, list) else [value]


def text(value):
    """What an intrinsic function stands for: `Table`, `Table/index/by-status`, `Bucket/attachments/*`."""
    if isinstance(value, dict):
        ((function, argument),) = value.items()
        if function == "Ref":
            return argument if not argument.startswith("AWS::") else f"${{{argument}}}"
        if function == "Fn::GetAtt":
            resource, attribute = argument if isinstance(argument, list) else argument.split(".")
            return resource if attribute == "Arn" else f"{resource}.{attribute}"
        if function == "Fn::Sub" and isinstance(argument, str):
            return re.sub(r"\$\{(\w+)\.Arn\}", r"\1", argument)
        raise SystemExit(f"what is {value}?")
    return str(value)


def conditions(statement):
    """`` if s3:prefix like attachments/*``, or nothing."""
    found = []
    for operator, pairs in statement.get("Condition", {}).items():
        for key, values in pairs.items():
            either = " or ".join(text(value) for value in listed(values))
            found.append(f"{key}{OPERATORS[operator]}{either}")
    return f" if {' and '.join(sorted(found))}" if found else ""


def excess(statement):
    """What a statement allows beyond single actions on named resources."""
    for broad in ("NotAction", "NotResource", "NotPrincipal"):
        if broad in statement:
            yield broad
    for action in listed(statement.get("Action", [])):
        if not re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", str(action)):
            yield f"action {action}"
        elif re.match(r"dynamodb:(Scan|PartiQL)", action, re.IGNORECASE):
            yield f"action {action}"
    for resource in listed(statement.get("Resource", [])):
        # `Bucket/*` names a bucket; a bare `*`, or any index of a table, names nothing.
        if re.fullmatch(r"[*:?]*|arn:[^$]*:\*|.*/index/\*", text(resource)):
            yield f"resource {text(resource)}"


def statements(node):
    """Every statement of a resource, whatever it is a policy of."""
    if isinstance(node, dict):
        if "Effect" in node:
            yield node
        for value in node.values():
            yield from statements(value)
    elif isinstance(node, list):
        for value in node:
            yield from statements(value)


def trusted(role):
    """Who may assume a role."""
    found = statements(role["Properties"]["AssumeRolePolicyDocument"])
    return [text(one) for statement in found for one in listed(statement["Principal"].get("Service", "somebody"))]


def roles(resources):
    """Every role's name and what it is called: as its function's binary, or as itself. And what is wrong with it."""
    called, wrong = {}, []
    for name, resource in resources.items():
        if resource["Type"] != "AWS::Lambda::Function":
            continue
        role = text(resource["Properties"]["Role"])
        if resources.get(role, {}).get("Type") != "AWS::IAM::Role":
            wrong.append(f"{name} has a role from outside of the stack")
        elif role in called:
            wrong.append(f"{name} has the role of {called[role]}")
        elif trusted(resources[role]) != ["lambda.amazonaws.com"]:
            wrong.append(f"{role} can be assumed by {trusted(resources[role])}")
        else:
            called[role] = resource["Metadata"]["BuildProperties"]["Binary"]
    for name, resource in resources.items():
        if resource["Type"] == "AWS::IAM::Role":
            expected = [LOGS] if name in called else MANAGED.get(name, [])
            arns = resource["Properties"].get("ManagedPolicyArns", [])
            managed = [text(arn).rsplit("/", 1)[-1] for arn in arns]
            if managed != expected:
                wrong.append(f"{name} has the managed policies {managed}, not {expected}")
            called.setdefault(name, name)
        elif resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"):
            wrong.append(f"{name}: a role's policies belong into the role")
    return called, wrong


def rights(resources):
    """The lines of the file, and what no file can allow."""
    called, wrong = roles(resources)
    lines = set()
    for name, resource in resources.items():
        # In a key's own policy, `*` is that key.
        if resource["Type"] == "AWS::KMS::Key":
            continue
        for statement in statements(resource["Properties"]):
            if statement["Effect"] == "Allow":
                wrong += [f"{name}: {what}" for what in excess(statement)]
        if name not in called:
            continue
        for statement in statements(resource["Properties"].get("Policies", [])):
            if statement["Effect"] != "Allow":
                wrong.append(f"{name}: what it may not do, it is not given")
                continue
            condition = conditions(statement)
            for action in listed(statement["Action"]):
                for what in listed(statement["Resource"]):
                    lines.add(f"{called[name]} {action} {text(what)}{condition}")
    return lines, wrong


def main(arguments):
    lines, wrong = set(), []
    for parameters in STACKS.values():
        found, excessive = rights(translated(parameters)["Resources"])
        lines |= found
        wrong += [line for line in excessive if line not in wrong]
    now = HEADING + "".join(f"{line}\n" for line in sorted(lines))
    for line in wrong:
        print(line, file=sys.stderr)
    if arguments == ["--write"]:
        with open(FILE, "w", encoding="utf-8") as file:
            file.write(now)
        return bool(wrong)
    with open(FILE, encoding="utf-8") as file:
        then = file.read()
    diff = difflib.unified_diff(then.splitlines(), now.splitlines(), FILE, "the template", lineterm="", n=0)
    for line in diff:
        wrong.append(line)
        print(line, file=sys.stderr)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
