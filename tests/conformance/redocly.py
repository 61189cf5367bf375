"""Prints what Redocly found, and fails if it found anything: its own exit code passes over warnings."""

import json
import sys

report = json.load(open(sys.argv[1], encoding="utf-8"))
for problem in report["problems"]:
    place = problem["location"][0].get("pointer")
    print(f"{problem['severity']} {problem['ruleId']} {place}: {problem['message']}")
sys.exit(1 if report["problems"] else 0)
