"""`get-ticket`: a ticket with its newest entries."""

import re

from edge import Caller, answer, app, handler, no_parameters, not_found  # noqa: F401
from table import conversation, get
from view import ticket_view


@app.get("/v2/support-tickets/<named>")
def get_ticket(named):
    event = app.current_event.raw_event
    caller = Caller.of(event)
    no_parameters(event)
    found = conversation(caller.tenant, ticket_id(caller.tenant, named))
    if not found or not caller.sees(found[0]):
        raise not_found()
    version = found[0]["version"]
    had = {tag.strip().removeprefix("W/") for tag in event["headers"].get("if-none-match", "").split(",")}
    if had & {"*", f'"{version}"'}:
        return answer(304, version)
    return answer(200, version, ticket_view(caller, *found))


def ticket_id(tenant, named):
    """The id, or the ticket of the number people use."""
    if re.fullmatch("tkt_[0-9a-f]{32}", named):
        return named
    if re.fullmatch("[1-9][0-9]{0,19}", named) and (item := get(f"{tenant}#number#{named}", "number")):
        return item["of"]
    raise not_found()
