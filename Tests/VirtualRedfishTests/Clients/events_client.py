"""What sushy and DMTF's redfish_utilities make of a service's events, as JSON.

usage: events_client.py URL CERTIFICATE USER DESTINATION < PASSWORD
"""
import json
import logging
import sys
import warnings

import redfish_utilities as tools
import sushy
from redfish_login import login
from sushy import auth

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
url, certificate, user, destination = sys.argv[1:]
password = sys.stdin.read()
seen = {}

root = sushy.Sushy(url, auth=auth.SessionAuth(user, password), verify=certificate, language="en")
service = root.get_event_service()
seen["enabled"] = service.service_enabled
seen["attempts"] = service.delivery_retry_attempts
made = service.subscriptions.create(
    {
        "Destination": destination + "/sushy",
        "Protocol": "Redfish",
        "Context": "from-sushy",
        "EventTypes": ["Alert"],
        "HttpHeaders": [{"X-Secret": "s"}],
    }
)
seen["made"] = [made.destination, made.context, made.protocol, made.http_headers]
service.submit_test_event(
    "test-1", "2026-11-26T12:00:00Z", "Alert", "Test", [], "Base.1.0.Success", "/redfish/v1/Systems/1", "OK"
)

client = login(url, certificate, user, password)
response = tools.create_event_subscription(
    client, destination + "/dmtf", format="Event", client_context="from-dmtf", registries=["RackwrightBMC"]
)
seen["created"] = response.status
found = tools.get_event_subscriptions(client)
seen["listed"] = sorted([item["Destination"], item["Context"]] for item in found)
for item in found:
    if item["Context"] == "from-dmtf":
        seen["deleted"] = tools.delete_event_subscription(client, item["Id"]).status
made.delete()
seen["left"] = len(tools.get_event_subscriptions(client))
client.logout()
json.dump(seen, sys.stdout)
