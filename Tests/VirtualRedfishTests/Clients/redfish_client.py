"""What DMTF's redfish library and redfish_utilities see of a Redfish service and do to it, as JSON.

usage: redfish_client.py URL CERTIFICATE USER IMAGE FIRMWARE_FILE < PASSWORD
"""
import json
import sys

import redfish
import redfish_utilities as tools
from redfish_login import login

url, certificate, user, image, firmware = sys.argv[1:]
password = sys.stdin.read()
seen = {}

client = login(url, certificate, user, password)
seen["session"] = client.get_session_location() is not None
seen["systems"] = tools.get_system_ids(client)
system = seen["systems"][0]


def power():
    return client.get("/redfish/v1/Systems/" + system).dict["PowerState"]


seen["power"] = [power()]
tools.system_reset(client, system, "On")
seen["power"].append(power())
tools.set_system_boot(client, system, ov_target="Pxe", ov_enabled="Once")
boot = tools.get_system_boot(client, system)
seen["boot"] = [boot["BootSourceOverrideTarget"], boot["BootSourceOverrideEnabled"]]

current, _ = tools.get_system_bios(client, system)
seen["bios"] = current
tools.set_system_bios(client, {"BootWaitSeconds": 7}, system)
current, future = tools.get_system_bios(client, system)
seen["bios_pending"] = [current["BootWaitSeconds"], future["BootWaitSeconds"]]

insert = tools.insert_virtual_media(client, image, system_id=system)
seen["insert_status"] = insert.status
medium = tools.get_virtual_media(client, system_id=system)[0]
seen["inserted"] = [medium["Inserted"], medium["Image"]]
seen["eject_status"] = tools.eject_virtual_media(client, medium["Id"], system_id=system).status
seen["ejected"] = tools.get_virtual_media(client, system_id=system)[0]["Inserted"]

update = tools.multipart_push_update(client, firmware)
seen["update_status"] = update.status
tools.poll_task_monitor(client, update, silent=True)
seen["firmware"] = {item["Id"]: item["Version"] for item in tools.get_firmware_inventory(client)}

log = tools.get_log_entries(client, container_type=tools.log_container.SYSTEM, container_id=system)
seen["log"] = [entry["MessageId"] for entry in log]
tools.clear_log_entries(client, container_type=tools.log_container.SYSTEM, container_id=system)
seen["log_after_clear"] = len(
    tools.get_log_entries(client, container_type=tools.log_container.SYSTEM, container_id=system)
)
seen["sensors"] = sorted(
    reading["Name"] for chassis in tools.get_sensors(client) for reading in chassis["Readings"]
)
seen["users"] = [account["UserName"] for account in tools.get_users(client)]
tools.add_user(client, "second", "second-pass", "ReadOnly")
second = redfish.redfish_client(
    base_url=url, username="second", password="second-pass", default_prefix="/redfish/v1/", cafile=certificate
)
second.login(auth="basic")
seen["second_reads"] = second.get("/redfish/v1/Systems/" + system).status
seen["second_resets"] = second.post(
    "/redfish/v1/Systems/%s/Actions/ComputerSystem.Reset" % system, body={"ResetType": "ForceOff"}
).status
tools.modify_user(client, "second", new_password="third-pass")
second = login(url, certificate, "second", "third-pass")
seen["second_with_new_password"] = second.get("/redfish/v1/Systems/" + system).status
second.logout()
tools.delete_user(client, "second")
seen["users_after"] = [account["UserName"] for account in tools.get_users(client)]

tools.system_reset(client, system, "ForceOff")
seen["power"].append(power())
client.logout()
print(json.dumps(seen))
