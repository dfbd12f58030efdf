"""What DMTF's redfish library sees of a service's accounts and its BMC's network, and what it changes there, as JSON.

usage: redfish_access.py URL CERTIFICATE USER < PASSWORD
"""
import json
import sys

import redfish_utilities as tools
from redfish_login import login

url, certificate, user = sys.argv[1:]
password = sys.stdin.read()
seen = {}

client = login(url, certificate, user, password)
seen["users"] = [
    [account["UserName"], account["RoleId"], account["Enabled"]] for account in tools.get_users(client)
]
manager = tools.get_manager_ids(client)[0]
interface = tools.get_manager_ethernet_interface_ids(client, manager)[0]
network = tools.get_manager_ethernet_interface(client, manager, interface).dict
seen["vlan"] = [network["VLAN"]["VLANEnable"], network["VLAN"]["VLANId"]]
seen["address"] = [network["IPv4Addresses"][0]["Address"], network["IPv4Addresses"][0]["AddressOrigin"]]

tools.modify_user(client, "eve", new_enabled=False)
tools.add_user(client, "carol", "carols-own", "ReadOnly")
seen["patch_status"] = tools.set_manager_ethernet_interface(
    client,
    manager,
    interface,
    vlan={"VLANEnable": False},
    dhcpv4={"DHCPEnabled": True},
    hostname="from-python",
).status
client.logout()
print(json.dumps(seen))
