"""What OpenStack's sushy sees of a Redfish service and does to it, as JSON.

usage: sushy_client.py URL CERTIFICATE USER IMAGE < PASSWORD
"""
import json
import logging
import sys
import warnings

import sushy
from sushy import auth, exceptions

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
url, certificate, user, image = sys.argv[1:]
password = sys.stdin.read()
seen = {}

root = sushy.Sushy(
    url, auth=auth.SessionAuth(user, password), verify=certificate, language="en"
)
seen["version"] = root.redfish_version
systems = root.get_system_collection().get_members()
seen["systems"] = [system.path for system in systems]
system = systems[0]
seen["uuid"] = system.uuid
seen["memory_gib"] = system.memory_summary.size_gib
seen["macs"] = sorted(system.ethernet_interfaces.summary)
seen["drives"] = [
    drive.capacity_bytes
    for storage in system.storage.get_members()
    for drive in storage.drives
]
seen["processors"] = system.processors.summary.count


def power():
    system.refresh(force=True)
    return system.power_state.value


seen["power"] = [power()]
system.reset_system(sushy.ResetType.ON)
seen["power"].append(power())
system.set_system_boot_options(
    target=sushy.BootSource.PXE, enabled=sushy.BootSourceOverrideEnabled.ONCE
)
system.refresh(force=True)
seen["boot"] = [system.boot.target.value, system.boot.enabled.value]
system.reset_system(sushy.ResetType.FORCE_RESTART)
system.refresh(force=True)
seen["boot_after_restart"] = system.boot.enabled.value
system.set_system_boot_options(
    target=sushy.BootSource.UEFI_HTTP,
    enabled=sushy.BootSourceOverrideEnabled.ONCE,
    http_boot_uri="http://10.0.0.1/boot.efi",
)
system.refresh(force=True)
seen["http_boot"] = [
    system.boot.target.value,
    system.json["Boot"]["HttpBootUri"],
]

bios = system.bios
seen["bios"] = bios.attributes
seen["bios_registry"] = [
    entry.name for entry in bios.get_attribute_registry("en").registry_entries.attributes
]
bios.set_attribute("AssetTag", "from-sushy", sushy.ApplyTime.ON_RESET)
bios.refresh(force=True)
seen["bios_pending"] = bios.pending_attributes["AssetTag"]
seen["bios_before_restart"] = bios.attributes["AssetTag"]
system.reset_system(sushy.ResetType.FORCE_RESTART)
bios.refresh(force=True)
seen["bios_after_restart"] = bios.attributes["AssetTag"]
try:
    bios.set_attribute("NoSuchThing", "1")
    seen["bios_refused"] = None
except exceptions.BadRequestError as error:
    seen["bios_refused"] = error.status_code

secure_boot = system.secure_boot
seen["secure_boot"] = [secure_boot.enabled]
secure_boot.set_enabled(True)
system.reset_system(sushy.ResetType.FORCE_RESTART)
secure_boot.refresh(force=True)
seen["secure_boot"].append(secure_boot.enabled)

medium = root.get_manager_collection().get_members()[0].virtual_media.get_members()[0]
medium.insert_media(image, inserted=True, write_protected=True)
medium.refresh(force=True)
seen["inserted"] = [medium.inserted, medium.image, medium.image_name]
medium.eject_media()
medium.refresh(force=True)
seen["ejected"] = [medium.inserted, medium.image]


def versions():
    # The library keeps what it has read once.
    again = sushy.Sushy(url, auth=auth.BasicAuth(user, password), verify=certificate)
    inventory = again.get_update_service().firmware_inventory
    return {item.identity: item.version for item in inventory.get_members()}


seen["firmware"] = [versions()]
monitor = root.get_update_service().simple_update(image + ".firmware")
seen["update_is_running"] = monitor.is_processing
monitor.wait(30)
seen["firmware"].append(versions())

system.reset_system(sushy.ResetType.FORCE_OFF)
seen["power"].append(power())
print(json.dumps(seen))
