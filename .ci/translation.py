"""The template as CloudFormation gets it, with SAM's part of it expanded; no network is used.

    python .ci/translation.py FOLDER

writes it to FOLDER twice: as the least that a stack can be, and with everything that can be turned on. Both hold less
than CloudFormation's 500 resources, or it fails.
"""

import json
import logging
import os
import sys

# A region has to be named; none is reached.
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

TEMPLATE = "infra/template.yaml"
MOST_RESOURCES = 500

# What the parameters are in the two. Between them, each condition is met in one and not in the other.
STACKS = {
    "least": {"JwtIssuer": "https://issuer.example", "JwtAudience": "ventanilla"},
    "everything": {
        "AlarmEmail": "ops@support.example",
        "MonthlyBudget": "100",
        "Origins": "https://support.example,https://desk.example",
        "Rollout": "Canary10Percent5Minutes",
        "ScanUploads": "on",
    },
}

# SAM would ask IAM for these.
MANAGED_POLICIES = {
    name: f"arn:aws:iam::aws:policy/service-role/{name}" for name in ["AWSLambdaBasicExecutionRole"]
}

logging.getLogger("samtranslator").setLevel(logging.ERROR)


def translated(parameters):
    """The template of a stack with these parameters; the other ones have their defaults."""
    with open(TEMPLATE, encoding="utf-8") as file:
        template = yaml_parse(file.read())
    # `sam build` and `sam deploy` put it there.
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/function.zip"
    # So that whoever looks at conditions sees them as they are in this stack.
    for name, value in parameters.items():
        template["Parameters"][name]["Default"] = value
    return Translator(MANAGED_POLICIES, Parser()).translate(template, dict(parameters))


def main(folder):
    crowded = False
    for name, parameters in STACKS.items():
        stack = translated(parameters)
        count = len(stack["Resources"])
        print(f"{name}: {count} resources")
        crowded |= count >= MOST_RESOURCES
        with open(os.path.join(folder, f"{name}.json"), "w", encoding="utf-8") as file:
            json.dump(stack, file, indent=1)
    return crowded


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
