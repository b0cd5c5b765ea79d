"""A ticket on the wire, for a reader: what a customer may not see is never put into it."""

import json
from base64 import urlsafe_b64encode
from datetime import datetime, timezone
from functools import partial
from hashlib import sha256

from table import NOBODY

dumps = partial(json.dumps, separators=(",", ":"), ensure_ascii=False)
PUBLIC_CHANGES = {"title", "category", "status", "resolution"}


def time_of(milliseconds):
    if milliseconds is None:
        return None
    seconds = datetime.fromtimestamp(milliseconds // 1000, timezone.utc)
    return f"{seconds:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"


def period(seconds):
    if seconds is None:
        return None
    days, rest = divmod(seconds, 86_400)
    parts = zip((rest // 3600, rest % 3600 // 60, rest % 60), "HMS", strict=True)
    clock = "".join(f"{count}{mark}" for count, mark in parts if count)
    return f"P{f'{days}D' if days else ''}{f'T{clock}' if clock else ''}"


def clock_view(clock):
    end, pauses = clock.get("e"), clock.get("p", [])
    if end:
        state = "cancelled" if end.get("x") else "met"
    else:
        state = "paused" if len(pauses) % 2 else "running"
    last = end["a"] if end else (pauses[-1] if pauses else 0)
    paused = sum(max(min(to, last) - start, 0) for start, to in zip(pauses[::2], pauses[1::2] + [last]))
    breached = next((at for percent, at, progress in clock.get("m", []) if percent == 100 and progress > 0), None)
    return {
        "metric": clock["k"], "instance": clock.get("n", 1), "state": state, "target": period(clock.get("t")),
        "startedAt": time_of(clock["s"]), "dueAt": time_of(clock.get("d")),
        "pausedSeconds": paused / 1000 if paused % 1000 else paused // 1000,
        "metAt": time_of(end["a"]) if state == "met" else None, "breachedAt": time_of(breached)}


def sla_view(head, staff):
    # Status and next due time follow from the clocks; the head has them ready for the indexes.
    view = {"status": head.get("slaStatus", "none"), "nextDueAt": time_of(head.get("nextDueAt"))}
    if staff:
        clocks = map(clock_view, head.get("clocks", {}).get("c", []))
        view["policyId"] = head.get("policy", {}).get("p")
        view["metrics"] = [clock for clock in clocks if clock["target"] or clock["breachedAt"]]
    return view


def passed_in_words(passed):
    event = "SLA_WARNING" if passed["percent"] < 100 else "SLA_BREACHED"
    share = f"{passed['percent']} % of " if event == "SLA_WARNING" else ""
    instance = f" {passed['instance']}" if passed["metric"] == "nextResponse" else ""
    target = f" ({period(passed['target'])})" if passed.get("target") else ""
    verb = "had passed" if event == "SLA_WARNING" else "was due"
    return event, f"{event}: {share}{passed['metric']}{instance}{target} {verb} at {time_of(passed['at'])}"


def change_in_words(change):
    field, before, after = change["field"], change["from"], change["to"]
    if field == "tags":
        return f"tags: [{', '.join(before)}] → [{', '.join(after)}]"
    if field == "assignedTo":
        return f"assigned to: {before or 'nobody'} → {after or 'nobody'}"
    return f"resolution: {after or 'none'}" if field == "resolution" else f"{field}: {before} → {after}"


def entry_view(entry, staff):
    """An entry as this reader may see it; none when it may not."""
    kind, content = entry["content"], {}
    if isinstance(kind, dict):
        [(kind, content)] = kind.items()
    changes = [change for change in entry.get("changes", []) if staff or change["field"] in PUBLIC_CHANGES]
    public = kind in ("Opened", "Said") or (
        kind == "Changed" and any(change["field"] in PUBLIC_CHANGES for change in entry["changes"]))
    if not (staff or public):
        return None
    view = {
        "_id": entry["id"], "seq": entry["seq"], "author": entry["author"],
        "type": content.get("voice", "note" if kind == "Noted" else "system"),
        "visibility": "public" if public else "internal", "message": None}
    words = content.get("description", content.get("message", content.get("reason")))
    what = [kind.lower()] if kind in ("Deleted", "Restored") else []
    if kind == "Passed":
        view["event"], said = passed_in_words(content)
        what = [said]
        view["clock"] = {
            "metric": content["metric"], "instance": content["instance"], "target": period(content.get("target")),
            "percent": content["percent"], "at": time_of(content["at"])}
    view["message"] = words if words is not None else "; ".join(what + [change_in_words(change) for change in changes])
    if changes:
        view["changes"] = [{name: change[name] for name in ("field", "from", "to")} for change in changes]
    return {**view, "attachments": [], "timestamp": time_of(entry["at"])}


def older(caller, ticket, oldest):
    """Where the entries before these are found: a cursor that belongs to this caller and this thread."""
    if oldest == 1:
        return None
    reach = "internal" if caller.staff else "public"
    position = dumps({"Before": oldest})
    bound = f"{caller.tenant}#{caller.principal}#{dumps(['thread', ticket, reach])}#{position}"
    sealed = sha256(bound.encode()).digest()[:12] + position.encode()
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def ticket_view(caller, head, entries, opening):
    assignee = head["assignee"]
    views = (entry_view(entry, caller.staff) for entry in entries)
    return {
        "_id": head["ticket"], "number": head["number"], "title": head["title"], "status": head["status"],
        "priority": head["priority"], "category": head["category"], "client": head["client"],
        "assignedTo": None if assignee == NOBODY else assignee, "tags": head.get("tags", []),
        "resolution": head.get("resolution"), "sla": sla_view(head, caller.staff), "version": head["version"],
        "createdAt": time_of(head["createdAt"]), "updatedAt": time_of(head["updatedAt"]),
        "firstRespondedAt": time_of(head.get("firstRespondedAt")), "resolvedAt": time_of(head.get("resolvedAt")),
        "closedAt": time_of(head.get("closedAt")), "reopenCount": head.get("reopenCount", 0),
        "description": opening["content"]["Opened"]["description"], "threads": [view for view in views if view],
        "threadsNextCursor": older(caller, head["ticket"], entries[0]["seq"]), "attachments": []}
